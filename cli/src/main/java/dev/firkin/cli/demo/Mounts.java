package dev.firkin.cli.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the kernel itself says is mounted or attached, so that nobody has to keep books. */
final class Mounts {
  private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");
  private static final Path BLOCK_DEVICES = Path.of("/sys/block");
  private static final int MOUNT_POINT_FIELD = 4;

  private Mounts() {}

  /** Mount points below a folder, the last mounted first. */
  static List<Path> below(Path folder) throws IOException {
    List<Path> points = new ArrayList<>();
    // One char per byte: other people's mount points are in no particular encoding.
    for (String line : Files.readString(MOUNTINFO, StandardCharsets.ISO_8859_1).lines().toList()) {
      byte[] bytes =
          unescaped(line.split(" ", -1)[MOUNT_POINT_FIELD]).getBytes(StandardCharsets.ISO_8859_1);
      String point = new String(bytes, StandardCharsets.UTF_8);
      if (point.startsWith(folder + "/")) {
        points.addFirst(Path.of(point));
      }
    }
    return points;
  }

  /** As proc_pid_mountinfo(5) writes what would break its lines. */
  private static String unescaped(String field) {
    return field
        .replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }

  /** Loop devices whose file is below a folder. */
  static List<Path> loopDevices(Path folder) throws IOException {
    List<Path> devices = new ArrayList<>();
    if (!Files.isDirectory(BLOCK_DEVICES)) {
      return devices;
    }
    try (DirectoryStream<Path> all = Files.newDirectoryStream(BLOCK_DEVICES, "loop*")) {
      for (Path device : all) {
        if (backingFile(device).filter(file -> file.startsWith(folder + "/")).isPresent()) {
          devices.add(Path.of("/dev").resolve(device.getFileName()));
        }
      }
    }
    return devices;
  }

  /** Empty where nothing is attached. A deleted file's path has {@code (deleted)} after it. */
  private static Optional<String> backingFile(Path device) throws IOException {
    Path attribute = device.resolve("loop").resolve("backing_file");
    try {
      return Optional.of(Files.readString(attribute).strip());
    } catch (IOException e) {
      if (Files.exists(attribute)) {
        throw e;
      }
      return Optional.empty();
    }
  }
}
