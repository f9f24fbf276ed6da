package dev.firkin.btrfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ChildProcessTest {
  @Test
  void givesOutputStatusAndErrors() throws Exception {
    try (ChildProcess child = producer("printf out; echo first >&2; echo second >&2; exit 3")) {
      assertEquals("out", new String(child.stdout().readAllBytes(), StandardCharsets.UTF_8));
      ChildExit exit = child.await();
      assertEquals(new ChildExit("test", 3, "first\nsecond"), exit);
      assertEquals("test exited with status 3: second", exit.describe());
    }
  }

  @Test
  void aProducerRunsAMegabyteAheadOfItsReader() throws Exception {
    try (ChildProcess child = producer("head -c 1000000 /dev/zero")) {
      assertEquals(0, child.await().status());
      assertEquals(1_000_000, child.stdout().readAllBytes().length);
    }
  }

  @Test
  void keepsTheEndOfEndlessErrors() throws Exception {
    try (ChildProcess child = producer("seq 1 200000 >&2")) {
      assertEquals(-1, child.stdout().read());
      String stderr = child.await().stderr();
      assertTrue(stderr.endsWith("\n199999\n200000"), stderr.substring(stderr.length() - 20));
      assertTrue(stderr.length() <= 32 << 10);
    }
  }

  @Test
  void closingEndsAChildThatIsBlockedOnAFullPipe() throws Exception {
    ChildProcess child = producer("exec yes");
    assertEquals('y', child.stdout().read());

    child.close();

    assertEquals(128 + 15, child.await().status());
    assertFalse(ProcessHandle.of(child.pid()).isPresent());
    child.close();
  }

  @Test
  void closingEndsAChildThatIgnoresSigterm() throws Exception {
    ChildProcess child = producer("trap '' TERM PIPE; while :; do echo x; done");
    assertEquals('x', child.stdout().read());

    child.close();

    assertEquals(128 + 9, child.await().status());
  }

  @Test
  void closingEndsGrandchildrenAndUnblocksTheReader() throws Exception {
    ChildProcess child = producer("echo $$; sleep 1000 & sleep 1000");
    assertTrue(child.stdout().read() > 0);
    FutureTask<Long> reading = new FutureTask<>(() -> child.stdout().skip(Long.MAX_VALUE));
    Thread.ofPlatform().start(reading);
    List<ProcessHandle> all = child.descendants();

    child.close();

    try {
      assertTrue(reading.get() < 100);
    } catch (ExecutionException closedUnderTheReader) {
      assertTrue(closedUnderTheReader.getCause() instanceof IOException);
    }
    for (ProcessHandle grandchild : all) {
      grandchild.onExit().get();
    }
  }

  @Test
  void brokenPipeTellsWhatTheConsumerSaid() throws Exception {
    try (ChildProcess child =
        ChildProcess.consumer(
            "test", List.of("sh", "-c", "head -c 10; echo no room >&2; exit 5"))) {
      IOException e =
          assertThrows(
              IOException.class,
              () -> {
                var stdin = child.stdin();
                for (int i = 0; i < 100; i++) {
                  stdin.write(new byte[1 << 16]);
                }
              });
      assertEquals("test exited with status 5: no room", e.getMessage());
    }
  }

  @Test
  void saysWhenAProgramIsMissing() {
    BtrfsException e =
        assertThrows(
            BtrfsException.class, () -> ChildProcess.producer("zzz", List.of("/no/such/program")));
    assertTrue(String.valueOf(e.getMessage()).startsWith("zzz cannot be started"), e.toString());
  }

  private static ChildProcess producer(String script) throws BtrfsException {
    return ChildProcess.producer("test", List.of("sh", "-c", script));
  }
}
