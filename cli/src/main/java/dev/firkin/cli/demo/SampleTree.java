package dev.firkin.cli.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Real files, and one of each thing that backups tend to lose. */
final class SampleTree {
  private static final long JAVA_BYTES = 160L << 20;
  private static final int BLOCK_BYTES = 1 << 20;

  private final Path root;
  private final Random random = new Random();

  SampleTree(Path root) {
    this.root = root;
  }

  Path root() {
    return root;
  }

  /** The folder with the odd things. */
  Path odd() {
    return root.resolve("odd");
  }

  /** Films that do not compress. */
  Path films() {
    return root.resolve("films");
  }

  /** Monday's files, without those that commands make. */
  void fill(int filmsMebibytes) throws IOException {
    copyJava();
    Files.createDirectory(films());
    for (int i = 0; i < filmsMebibytes; i += filmsMebibytes / 4) {
      film("film-%d.mkv".formatted(i), filmsMebibytes / 4);
    }
    Files.createDirectory(odd());
    Path original = Files.writeString(odd().resolve("original"), "one file, two names\n");
    Files.createLink(odd().resolve("hard-link"), original);
    Files.createSymbolicLink(odd().resolve("symbolic-link"), Path.of("../films"));
    Files.createSymbolicLink(odd().resolve("dangling"), Path.of("nowhere"));
    Files.writeString(odd().resolve(greeting()), "Guten Morgen\n");
    Path tagged = Files.writeString(odd().resolve("tagged"), "see its attributes\n");
    Files.getFileAttributeView(tagged, UserDefinedFileAttributeView.class)
        .write("mood", ByteBuffer.wrap("calm".getBytes(StandardCharsets.UTF_8)));
    Path secret = Files.writeString(odd().resolve("setuid"), "mode 4750\n");
    Files.setAttribute(secret, "unix:mode", 04750);
    hole(odd().resolve("hole"));
    Files.createDirectory(
        odd().resolve("empty"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /** Adds a film. */
  void film(String name, int mebibytes) throws IOException {
    byte[] block = new byte[BLOCK_BYTES];
    try (OutputStream out = Files.newOutputStream(films().resolve(name))) {
      for (int i = 0; i < mebibytes; i++) {
        random.nextBytes(block);
        out.write(block);
      }
    }
  }

  /** Tuesday: edits in place, an append, renames, deletions, new files. */
  void change() throws IOException {
    Path java = root.resolve("java");
    try (SeekableByteChannel file =
        Files.newByteChannel(films().resolve("film-0.mkv"), StandardOpenOption.WRITE)) {
      file.position(file.size() / 2);
      file.write(ByteBuffer.wrap("a scene was cut here".getBytes(StandardCharsets.UTF_8)));
    }
    Files.writeString(
        odd().resolve("original"), "both names see this line\n", StandardOpenOption.APPEND);
    Files.move(films(), root.resolve("movies"));
    Files.move(odd().resolve("tagged"), java.resolve("renamed-and-moved"));
    Files.delete(odd().resolve("dangling"));
    Files.delete(odd().resolve("empty"));
    Files.writeString(root.resolve("diary"), "Tuesday: all is well\n");
    Files.write(root.resolve("photo.jpg"), randomBytes(2 * BLOCK_BYTES));
    Files.setPosixFilePermissions(
        root.resolve("diary"), PosixFilePermissions.fromString("rw-------"));
  }

  /** The files of this Java, the small ones first, up to a bound. */
  private void copyJava() throws IOException {
    Path java = Path.of(System.getProperty("java.home")).toRealPath();
    List<Path> files;
    try (Stream<Path> all =
        Files.find(java, Integer.MAX_VALUE, (path, attributes) -> attributes.isRegularFile())) {
      files = all.sorted(Comparator.comparingLong(SampleTree::size)).toList();
    }
    long left = JAVA_BYTES;
    for (Path file : files) {
      left -= size(file);
      if (left < 0) {
        return;
      }
      Path to = root.resolve("java").resolve(java.relativize(file));
      Files.createDirectories(to.getParent());
      Files.copy(file, to, StandardCopyOption.COPY_ATTRIBUTES);
    }
  }

  private static long size(Path file) {
    return file.toFile().length();
  }

  private static void hole(Path file) throws IOException {
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      channel.position(64L << 20);
      channel.write(ByteBuffer.wrap("after 64 MiB of nothing".getBytes(StandardCharsets.UTF_8)));
    }
  }

  private byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Only where Java can write such names: a locale of ASCII has none. */
  private static String greeting() {
    return "UTF-8".equals(System.getProperty("sun.jnu.encoding"))
        ? "Grüße – 日本.txt"
        : "greeting.txt";
  }
}
