package dev.firkin.crypt;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An identity behind a passphrase, as the repository stores it: how the key is derived, and whose
 * slot it is. Its {@link #name} is the object's name below {@code keys/}.
 */
public sealed interface PassphraseSlot {
  /** {@link AgeRecipient#tag} of the slot's recipient. */
  String tag();

  /** {@code <tag>.bcrypt-<cost>-<salt>.age} or {@code <tag>.scrypt.age}. */
  String name();

  /** How its key is derived. */
  default PassphraseKdf kdf() {
    return switch (this) {
      case Bcrypt bcrypt -> PassphraseKdf.BCRYPT;
      case Scrypt scrypt -> PassphraseKdf.SCRYPT;
    };
  }

  /** bcrypt with this cost (log2 of rounds) and salt (32 hexadecimal digits). */
  record Bcrypt(String tag, int cost, String salt) implements PassphraseSlot {
    public Bcrypt {
      if (cost < BcryptIdentity.MIN_COST || cost > BcryptIdentity.MAX_COST) {
        throw new IllegalArgumentException("bcrypt cost " + cost + " is out of bounds");
      }
      if (!salt.matches("[0-9a-f]{32}")) {
        throw new IllegalArgumentException("a bcrypt salt has 32 hexadecimal digits");
      }
    }

    @Override
    public String name() {
      return tag + ".bcrypt-" + cost + "-" + salt + ".age";
    }
  }

  /** age's own scrypt stanza; its parameters stand in the file. */
  record Scrypt(String tag) implements PassphraseSlot {
    @Override
    public String name() {
      return tag + ".scrypt.age";
    }
  }

  /** The slot that an object's name tells, or empty where it names none. */
  static Optional<PassphraseSlot> parse(String name) {
    Matcher m =
        Pattern.compile("([0-9a-f]{16})\\.(?:bcrypt-([0-9]{2})-([0-9a-f]{32})|scrypt)\\.age")
            .matcher(name);
    if (!m.matches()) {
      return Optional.empty();
    }
    if (m.group(2) == null) {
      return Optional.of(new Scrypt(m.group(1)));
    }
    int cost = Integer.parseInt(m.group(2));
    // The name is the store's word: an absurd cost would only burn our time.
    return cost < BcryptIdentity.MIN_COST || cost > BcryptIdentity.MAX_COST
        ? Optional.empty()
        : Optional.of(new Bcrypt(m.group(1), cost, m.group(3)));
  }
}
