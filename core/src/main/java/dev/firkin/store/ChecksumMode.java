package dev.firkin.store;

/** How far a store is trusted to understand the checksums that uploads carry. */
public enum ChecksumMode {
  /** A checksum with every upload, and verified with every download that returns one. */
  DEFAULT,
  /** Only where the protocol demands one, for stores that refuse unknown checksum headers. */
  WHEN_REQUIRED,
  /** None at all where that is possible, for old stores that refuse even chunked signatures. */
  NONE
}
