package dev.firkin.it.btrfs;

import dev.firkin.it.servers.Requirements;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Fills a directory with everything that a send stream can carry, and changes it as the days go by.
 * The same seed makes the same tree, but for the times that nobody sets.
 */
public final class TreeMaker {
  private static final String[] NAMES = {
    "plain", "größe", "with blank", "日本", "new\nline", "-dash", "'quotes\"", "a\\b"
  };

  private final Path root;
  private final Random random;
  private int made;

  public TreeMaker(Path root, long seed) {
    this.root = root;
    this.random = new Random(seed);
  }

  /**
   * Makes a tree of {@code files} regular files of at most {@code maxFileBytes}, and of one or more
   * of each other thing.
   */
  public void fill(int files, int maxFileBytes) throws IOException {
    List<Path> folders = new ArrayList<>(List.of(root));
    for (int i = 0; i < Math.max(4, files / 8); i++) {
      folders.add(Files.createDirectory(newName(pick(folders))));
    }
    for (int i = 0; i < files; i++) {
      writeFile(newName(pick(folders)), random.nextInt(maxFileBytes));
    }
    specials();
    for (int i = 0; i < Math.max(3, files / 20); i++) {
      hardLink();
      reflink();
      Files.createSymbolicLink(newName(anyFolder()), Path.of("../" + random.nextInt()));
      attributes();
    }
    holes(newName(root), 3 << 20);
  }

  /** Makes {@code changes} random changes. */
  public void mutate(int changes) throws IOException {
    for (int i = 0; i < changes; i++) {
      switch (random.nextInt(14)) {
        case 0, 1 -> Files.move(anyFile(), newName(anyFolder()));
        case 2 -> moveFolder();
        case 3 -> Files.delete(anyFile());
        case 4 -> append(anyFile());
        case 5 -> overwrite(anyFile());
        case 6 -> truncate(anyFile());
        case 7 -> writeFile(newName(anyFolder()), random.nextInt(200_000));
        case 8 -> hardLink();
        case 9 -> reflink();
        case 10 -> attributes();
        case 11 -> punchHole(anyFile());
        case 12 -> replaceByOtherType(anyFile());
        default -> Files.createDirectory(newName(anyFolder()));
      }
    }
    reflink();
    removeFolder();
  }

  private void specials() throws IOException {
    Path folder = Files.createDirectory(newName(root));
    Program.run("mkfifo", newName(folder));
    Program.run("mknod", newName(folder), "c", 1, 3);
    Program.run("mknod", newName(folder), "b", 7, 200);
    Files.createSymbolicLink(newName(folder), Path.of("nowhere at all"));
    Files.createFile(newName(folder));
    Path latin = RawName.in(folder, "caf\u00e9");
    Files.writeString(latin, "a name in Latin-1");
    Files.createDirectory(RawName.in(folder, "\u00ff\u0080\u0001"));
    Path capable = newName(folder);
    Files.writeString(capable, "capable");
    Program.run("chmod", "4755", capable);
    if (has("setcap", "libcap2-bin")) {
      Program.run("setcap", "cap_net_raw+ep", capable);
    }
    if (has("setfacl", "acl")) {
      Program.run("setfacl", "-m", "u:1234:rw,g:99:r", anyFile());
      Program.run("setfacl", "-d", "-m", "u:4321:rwx", folder);
    }
  }

  private void attributes() throws IOException {
    Path file = anyFile();
    if (has("setfattr", "attr")) {
      String value = "v" + random.nextInt();
      Program.run("setfattr", "-n", "user.k" + random.nextInt(3), "-v", value, file);
      Program.run("setfattr", "-n", "trusted.k" + random.nextInt(3), "-v", value, anyFolder());
    }
    Files.setAttribute(file, "unix:uid", random.nextInt(70_000));
    Files.setAttribute(file, "unix:gid", random.nextInt(70_000));
    Files.setPosixFilePermissions(
        file, PosixFilePermissions.fromString(random.nextBoolean() ? "rw-r-----" : "rwx--x--x"));
    Files.setLastModifiedTime(
        file,
        FileTime.from(
            Instant.ofEpochSecond(random.nextInt(2_000_000_000), random.nextInt(1_000_000_000))));
  }

  /** The tree goes without where a program is missing, unless everything of btrfs is demanded. */
  private static boolean has(String program, String debianPackage) {
    boolean there = Program.exists(program);
    if (!there && Requirements.isRequired("btrfs")) {
      throw new AssertionError("no " + program + " on PATH: install " + debianPackage);
    }
    return there;
  }

  private void hardLink() throws IOException {
    Files.createLink(newName(anyFolder()), anyFile());
  }

  private void reflink() throws IOException {
    Program.run("cp", "--reflink=always", anyFile(), newName(anyFolder()));
  }

  private void moveFolder() throws IOException {
    Path folder = anyFolder();
    Path target = newName(anyFolder());
    if (!folder.equals(root) && !target.startsWith(folder)) {
      Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private void removeFolder() throws IOException {
    Path folder = anyFolder();
    if (!folder.equals(root) && folder.getNameCount() - root.getNameCount() > 1) {
      Program.run("rm", "-r", folder);
    }
  }

  private void replaceByOtherType(Path file) throws IOException {
    Files.delete(file);
    Files.createDirectory(file);
  }

  private void writeFile(Path file, int bytes) throws IOException {
    byte[] content = new byte[bytes];
    if (random.nextInt(3) == 0) {
      random.nextBytes(content);
    } else {
      int period = 20 + random.nextInt(200);
      byte[] text = new byte[period];
      random.nextBytes(text);
      for (int i = 0; i < bytes; i++) {
        content[i] = text[i % period];
      }
    }
    Files.write(file, content);
  }

  private void append(Path file) throws IOException {
    Files.write(file, new byte[1 + random.nextInt(10_000)], StandardOpenOption.APPEND);
  }

  private void overwrite(Path file) throws IOException {
    byte[] content = new byte[1 + random.nextInt(10_000)];
    random.nextBytes(content);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(content), random.nextInt((int) Files.size(file) + 1));
    }
  }

  private void truncate(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(random.nextInt((int) Files.size(file) + 1));
    }
  }

  private void holes(Path file, int bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
      for (int at = 100_000; at < bytes; at += bytes / 5) {
        channel.write(ByteBuffer.wrap("island".getBytes(StandardCharsets.UTF_8)), at);
      }
    }
    Program.run("truncate", "-s", bytes, file);
  }

  private void punchHole(Path file) throws IOException {
    Program.run("fallocate", "--punch-hole", "--offset", 4096, "--length", 8192, file);
  }

  private Path newName(Path folder) {
    return folder.resolve(NAMES[random.nextInt(NAMES.length)] + made++);
  }

  private Path anyFile() throws IOException {
    List<Path> files = walk(false);
    return pick(files);
  }

  private Path anyFolder() throws IOException {
    return pick(walk(true));
  }

  /** In a stable order, and only what has a name that programs can be given. */
  private List<Path> walk(boolean folders) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            if (folders && nameable(folder)) {
              found.add(folder);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (!folders && attributes.isRegularFile() && nameable(file)) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    found.sort(null);
    return found;
  }

  private static boolean nameable(Path path) {
    return path.toString().indexOf('\ufffd') < 0;
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
