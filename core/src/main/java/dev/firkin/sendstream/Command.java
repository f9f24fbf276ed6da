package dev.firkin.sendstream;

import java.util.Optional;

/** The commands of a send stream ({@code enum btrfs_send_cmd} of Linux {@code fs/btrfs/send.h}). */
public enum Command {
  SUBVOL(1, 1),
  SNAPSHOT(2, 1),
  MKFILE(3, 1),
  MKDIR(4, 1),
  MKNOD(5, 1),
  MKFIFO(6, 1),
  MKSOCK(7, 1),
  SYMLINK(8, 1),
  RENAME(9, 1),
  LINK(10, 1),
  UNLINK(11, 1),
  RMDIR(12, 1),
  SET_XATTR(13, 1),
  REMOVE_XATTR(14, 1),
  WRITE(15, 1),
  CLONE(16, 1),
  TRUNCATE(17, 1),
  CHMOD(18, 1),
  CHOWN(19, 1),
  UTIMES(20, 1),
  END(21, 1),
  UPDATE_EXTENT(22, 1),
  FALLOCATE(23, 2),
  FILEATTR(24, 2),
  ENCODED_WRITE(25, 2),
  ENABLE_VERITY(26, 3);

  private static final Command[] BY_NUMBER = new Command[27];

  static {
    for (Command command : values()) {
      BY_NUMBER[command.number] = command;
    }
  }

  private final int number;
  private final int sinceVersion;

  Command(int number, int sinceVersion) {
    this.number = number;
    this.sinceVersion = sinceVersion;
  }

  public int number() {
    return number;
  }

  /** The first protocol version that has this command. */
  public int sinceVersion() {
    return sinceVersion;
  }

  /** Whether a {@code DATA} attribute of this command is payload, kept apart by the split. */
  public boolean carriesPayload() {
    return this == WRITE || this == ENCODED_WRITE;
  }

  /** Whether this command starts a subvolume. */
  public boolean startsSubvolume() {
    return this == SUBVOL || this == SNAPSHOT;
  }

  public static Optional<Command> ofNumber(int number) {
    return number > 0 && number < BY_NUMBER.length
        ? Optional.of(BY_NUMBER[number])
        : Optional.empty();
  }
}
