package dev.firkin.crypt;

/** How a passphrase becomes a key. */
public enum PassphraseKdf {
  /** bcrypt over a prehash; needs little memory. */
  BCRYPT,
  /** age's own, so that the stock {@code age -d} opens the slot. */
  SCRYPT
}
