package dev.firkin.codec;

import dev.firkin.crypt.Age;
import dev.firkin.crypt.AgeEncryptor;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.crypt.AgeRecipient;
import dev.firkin.crypt.CryptException;
import dev.firkin.crypt.DamagedAgeFileException;
import dev.firkin.crypt.NoMatchingIdentityException;
import java.nio.ByteBuffer;
import java.util.List;

/** One age file to a list of recipients. */
final class AgeStep implements Step {
  private final AgeEncryptor encryptor;
  private final List<AgeIdentity> identities;

  AgeStep(List<AgeRecipient> recipients, List<AgeIdentity> identities) {
    this.encryptor = new AgeEncryptor(recipients);
    this.identities = List.copyOf(identities);
  }

  @Override
  public ByteBuffer forward(ByteBuffer plaintext) {
    return encryptor.encrypt(plaintext);
  }

  @Override
  public ByteBuffer backward(ByteBuffer stored, int maxBytes)
      throws CodecException, CryptException {
    if (identities.isEmpty()) {
      throw new NoMatchingIdentityException(
          "this needs an identity: the data of a repository is encrypted to its recipients alone",
          "give --identity-file FILE or --passphrase-file FILE",
          null);
    }
    try {
      return Age.decrypt(identities, stored);
    } catch (DamagedAgeFileException e) {
      throw new CodecException("not a complete, authentic age file", e);
    }
  }
}
