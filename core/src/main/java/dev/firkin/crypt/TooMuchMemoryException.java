package dev.firkin.crypt;

import java.security.GeneralSecurityException;

/** To try a passphrase on a file takes more memory than this program may use. */
final class TooMuchMemoryException extends GeneralSecurityException {
  private static final long serialVersionUID = 1L;

  private final long bytes;

  TooMuchMemoryException(long bytes) {
    super("scrypt asks for " + bytes + " bytes of memory");
    this.bytes = bytes;
  }

  /** How it is told to people. */
  CryptException explained() {
    return new CryptException(
        "to try a passphrase here takes "
            + (bytes >> 20)
            + " MiB of memory, more than firkin may use; nothing was read or changed",
        "allow it more, such as FIRKIN_HEAP=" + (bytes >> 19) + "m, or use an identity file",
        this);
  }
}
