package dev.firkin.btrfs;

import dev.firkin.sendstream.StreamPath;
import dev.firkin.sendstream.SubvolumeUuid;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** Reads {@link SubvolumeInfo} from the two structures that the kernel keeps it in. */
final class SubvolumeLayout {
  /** Bytes of {@code struct btrfs_ioctl_get_subvol_info_args}. */
  static final int INFO_BYTES = 504;

  /** Bytes of {@code struct btrfs_root_item} up to the last field that is read. */
  static final int ROOT_ITEM_BYTES = 351;

  private static final long INFO_READ_ONLY = 1;
  private static final long ROOT_ITEM_READ_ONLY = 1;
  private static final int NAME_BYTES = 256;

  private SubvolumeLayout() {}

  /** Empty where the subvolume has no UUID: a top level made before Linux 3.12. */
  static Optional<SubvolumeInfo> ofInfo(byte[] answer) {
    ByteBuffer b = ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN);
    int nameEnd = 8;
    while (nameEnd < 8 + NAME_BYTES && answer[nameEnd] != 0) {
      nameEnd++;
    }
    StreamPath name = StreamPath.of(Arrays.copyOfRange(answer, 8, nameEnd));
    return uuid(answer, 296)
        .map(uuid ->
            new SubvolumeInfo(
                b.getLong(0),
                b.getLong(264),
                name,
                (b.getLong(288) & INFO_READ_ONLY) != 0,
                uuid,
                uuid(answer, 312),
                uuid(answer, 328),
                b.getLong(280),
                b.getLong(344),
                b.getLong(352),
                b.getLong(360),
                b.getLong(368),
                Instant.ofEpochSecond(b.getLong(392), b.getInt(400) & 0xffff_ffffL)));
  }

  /** Empty where the subvolume has no UUID. */
  static Optional<SubvolumeInfo> ofRootItem(
      long id, long containingId, StreamPath name, byte[] item) {
    if (item.length < ROOT_ITEM_BYTES) {
      return Optional.empty();
    }
    ByteBuffer b = ByteBuffer.wrap(item).order(ByteOrder.LITTLE_ENDIAN);
    return uuid(item, 247)
        .map(uuid ->
            new SubvolumeInfo(
                id,
                containingId,
                name,
                (b.getLong(208) & ROOT_ITEM_READ_ONLY) != 0,
                uuid,
                uuid(item, 263),
                uuid(item, 279),
                b.getLong(160),
                b.getLong(295),
                b.getLong(303),
                b.getLong(311),
                b.getLong(319),
                Instant.ofEpochSecond(b.getLong(339), b.getInt(347) & 0xffff_ffffL)));
  }

  private static Optional<SubvolumeUuid> uuid(byte[] bytes, int at) {
    byte[] raw = Arrays.copyOfRange(bytes, at, at + SubvolumeUuid.BYTES);
    return Arrays.equals(raw, new byte[SubvolumeUuid.BYTES])
        ? Optional.empty()
        : Optional.of(SubvolumeUuid.ofBytes(raw));
  }
}
