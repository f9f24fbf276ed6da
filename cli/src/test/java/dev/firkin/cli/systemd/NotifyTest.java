package dev.firkin.cli.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.cli.session.Host;
import dev.firkin.cli.session.Host.Terminals;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With a socket such as systemd's, which Python makes, for Java cannot. */
@Timeout(60)
class NotifyTest {
  private static final String RECEIVER =
      """
      import os, socket, struct, sys
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      name = sys.argv[1]
      s.bind("\\0" + name[1:] if name[0] == "@" else name)
      s.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
      print("listening", flush=True)
      while True:
          data, ancillary, _, _ = s.recvmsg(65536, 1024)
          pid = struct.unpack("iii", ancillary[0][2])[0]
          print(pid, data.decode().replace("\\n", "|"), flush=True)
      """;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tellsWhoListensFromThisVeryProcess(boolean isAbstract) throws Exception {
    String name =
        isAbstract ? "@firkin-test-" + UUID.randomUUID() : folder.resolve("notify").toString();
    Process receiver = new ProcessBuilder("python3", "-c", RECEIVER, name).start();
    try (BufferedReader told = receiver.inputReader(StandardCharsets.UTF_8)) {
      assertEquals("listening", told.readLine());
      Notify notify = Notify.of(host(Map.of("NOTIFY_SOCKET", name)));
      String pid = ProcessHandle.current().pid() + " ";

      notify.ready();
      assertEquals(pid + "READY=1", told.readLine());
      notify.status("home: 40 %, 3 min left");
      assertEquals(pid + "STATUS=home: 40 %, 3 min left", told.readLine());
      notify.status("home: 40 %, 3 min left"); // said already
      notify.status("b\u00e4r\nREADY=0\n");
      assertEquals(pid + "STATUS=b\u00e4r READY=0", told.readLine());
      notify.status("\ud83d\udee2".repeat(600));
      assertEquals(pid + "STATUS=" + "\ud83d\udee2".repeat(500) + "\u2026", told.readLine());
      notify.stopping();
      assertEquals(pid + "STOPPING=1", told.readLine());
    } finally {
      receiver.destroyForcibly().waitFor();
    }
  }

  @Test
  void isSilentWhereNobodyListens() {
    Stream.of(
            Map.<String, String>of(),
            Map.of("NOTIFY_SOCKET", ""),
            Map.of("NOTIFY_SOCKET", folder.resolve("missing").toString()),
            Map.of("NOTIFY_SOCKET", "@firkin-test-" + UUID.randomUUID()),
            Map.of("NOTIFY_SOCKET", "vsock:2:1234"),
            Map.of("NOTIFY_SOCKET", "/" + "x".repeat(200)))
        .map(environment -> Notify.of(host(environment)))
        .forEach(notify -> {
          notify.ready();
          notify.status("x");
          notify.stopping();
        });
  }

  /** A path that fills the address to its last byte but the one that ends it. */
  @Test
  void takesTheLongestAddress() throws Exception {
    String name = "@firkin-test-" + UUID.randomUUID();
    String longest = name + "x".repeat(UnixDatagram.MAX_ADDRESS_BYTES - name.length());
    Process receiver = new ProcessBuilder("python3", "-c", RECEIVER, longest).start();
    try (BufferedReader told = receiver.inputReader(StandardCharsets.UTF_8)) {
      assertEquals("listening", told.readLine());
      Notify.of(host(Map.of("NOTIFY_SOCKET", longest))).ready();
      assertTrue(told.readLine().endsWith(" READY=1"));
    } finally {
      receiver.destroyForcibly().waitFor();
    }
  }

  /** A receiver that does not read: the work goes on. */
  @Test
  void neverWaits() throws Exception {
    String name = folder.resolve("notify").toString();
    String deaf = RECEIVER.replace("while True:", "import time\nwhile time.sleep(1e6):");
    Process receiver = new ProcessBuilder("python3", "-c", deaf, name).start();
    try (BufferedReader told = receiver.inputReader(StandardCharsets.UTF_8)) {
      assertEquals("listening", told.readLine());
      Notify notify = Notify.of(host(Map.of("NOTIFY_SOCKET", name)));
      for (int i = 0; i < 5000; i++) {
        notify.status("line " + i);
      }
    } finally {
      receiver.destroyForcibly().waitFor();
    }
  }

  private static Host host(Map<String, String> environment) {
    return new Host(
        environment,
        InputStream.nullInputStream(),
        new ByteArrayOutputStream(),
        new ByteArrayOutputStream(),
        Terminals.NONE,
        ZoneOffset.UTC);
  }
}
