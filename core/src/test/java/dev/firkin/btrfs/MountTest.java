package dev.firkin.btrfs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MountTest {
  @Test
  void readsBtrfsMountsOnly() {
    String mountinfo =
        """
        22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
        90 22 0:38 / /mnt/with\\040blank rw shared:5 master:2 - btrfs /dev/loop0 rw,subvolid=5
        91 22 0:38 /a/b /data rw - btrfs /dev/loop0 rw,subvol=/a/b
        """;

    List<Mount> mounts = Mount.parse(mountinfo.getBytes(StandardCharsets.UTF_8));

    assertEquals(
        List.of(
            new Mount("0:38", Path.of("/"), Path.of("/mnt/with blank")),
            new Mount("0:38", Path.of("/a/b"), Path.of("/data"))),
        mounts);
    assertEquals(Optional.of(Path.of("/data/c")), mounts.get(1).seen(Path.of("/a/b/c")));
    assertEquals(Optional.of(Path.of("/data")), mounts.get(1).seen(Path.of("/a/b")));
    assertEquals(Optional.empty(), mounts.get(1).seen(Path.of("/a/bc")));
  }

  @Test
  void pathsKeepBytesThatAreNoText() {
    byte[] raw = {'/', 'c', 'a', 'f', (byte) 0xe9, '/', '%', ' ', '\n', 'x'};

    org.junit.jupiter.api.Assertions.assertArrayEquals(raw, RawPath.bytes(RawPath.of(raw)));
  }
}
