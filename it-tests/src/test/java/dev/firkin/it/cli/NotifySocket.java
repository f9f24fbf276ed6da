package dev.firkin.it.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a service tells systemd how it is; made by Python, for Java has no such sockets. */
final class NotifySocket implements AutoCloseable {
  private static final String RECEIVER =
      """
      import socket, sys
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      s.bind(sys.argv[1])
      print("listening", flush=True)
      with open(sys.argv[2], "ab", buffering=0) as told:
          while True:
              told.write(s.recv(65536) + b"\\n")
      """;

  private final Path path;
  private final Path told;
  private final Process receiver;

  private NotifySocket(Path path, Path told, Process receiver) {
    this.path = path;
    this.told = told;
    this.receiver = receiver;
  }

  static NotifySocket in(Path folder) throws IOException {
    Path path = folder.resolve("notify");
    Path told = Files.createFile(folder.resolve("notify.told"));
    Process receiver =
        new ProcessBuilder("python3", "-c", RECEIVER, path.toString(), told.toString()).start();
    BufferedReader ready = receiver.inputReader(StandardCharsets.UTF_8);
    if (!"listening".equals(ready.readLine())) {
      throw new AssertionError("nothing listens on " + path);
    }
    return new NotifySocket(path, told, receiver);
  }

  Path path() {
    return path;
  }

  /** All messages so far, each in a line. */
  String told() {
    try {
      return Files.readString(told);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    receiver.destroyForcibly().onExit().join();
  }
}
