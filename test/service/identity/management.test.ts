import { openDatabase } from '../../../service/identity/open-database.ts';
import { managementContract } from '../contracts/management.ts';

managementContract('PostgreSQL in the process', () => openDatabase({ url: 'embedded' }));
