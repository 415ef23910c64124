/** How the machines of a tier share places. */
export interface Places {
  /** Zones over which machines are spread in turns; 1 where they are not spread. */
  readonly zones: number;
  readonly machinesPerRack: number;
  readonly racksPerPower: number;
  readonly powersPerSwitch: number;
}

/** What is known of a tier's machines from outside: zones and a first part of the machines that are gone. */
export interface Condition {
  /** Bit z is set when zone z is down. */
  readonly zonesDown: number;
  /** Machines 0 … taken-1 are down: those that are first to get a change, or of one shard. */
  readonly taken: number;
  /** Chance that a machine is spared by causes that take only a share. */
  readonly spared: number;
}

/** Machines of one zone, of which the first ones are gone. */
export interface ZonePart {
  readonly count: number;
  readonly gone: number;
}
