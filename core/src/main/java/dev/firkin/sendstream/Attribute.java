package dev.firkin.sendstream;

import java.util.Optional;

/** The attributes of commands (the {@code BTRFS_SEND_A_} numbers of {@code fs/btrfs/send.h}). */
public enum Attribute {
  UUID(1, 1),
  CTRANSID(2, 1),
  INO(3, 1),
  SIZE(4, 1),
  MODE(5, 1),
  UID(6, 1),
  GID(7, 1),
  RDEV(8, 1),
  CTIME(9, 1),
  MTIME(10, 1),
  ATIME(11, 1),
  OTIME(12, 1),
  XATTR_NAME(13, 1),
  XATTR_DATA(14, 1),
  PATH(15, 1),
  PATH_TO(16, 1),
  PATH_LINK(17, 1),
  FILE_OFFSET(18, 1),
  DATA(19, 1),
  CLONE_UUID(20, 1),
  CLONE_CTRANSID(21, 1),
  CLONE_PATH(22, 1),
  CLONE_OFFSET(23, 1),
  CLONE_LEN(24, 1),
  FALLOCATE_MODE(25, 2),
  FILEATTR(26, 2),
  UNENCODED_FILE_LEN(27, 2),
  UNENCODED_LEN(28, 2),
  UNENCODED_OFFSET(29, 2),
  COMPRESSION(30, 2),
  ENCRYPTION(31, 2),
  VERITY_ALGORITHM(32, 3),
  VERITY_BLOCK_SIZE(33, 3),
  VERITY_SALT_DATA(34, 3),
  VERITY_SIG_DATA(35, 3);

  static final int MAX_NUMBER = 35;

  private static final Attribute[] BY_NUMBER = new Attribute[MAX_NUMBER + 1];

  static {
    for (Attribute attribute : values()) {
      BY_NUMBER[attribute.number] = attribute;
    }
  }

  private final int number;
  private final int sinceVersion;

  Attribute(int number, int sinceVersion) {
    this.number = number;
    this.sinceVersion = sinceVersion;
  }

  public int number() {
    return number;
  }

  /** The first protocol version that has this attribute. */
  public int sinceVersion() {
    return sinceVersion;
  }

  public static Optional<Attribute> ofNumber(int number) {
    return number > 0 && number < BY_NUMBER.length
        ? Optional.of(BY_NUMBER[number])
        : Optional.empty();
  }
}
