package dev.firkin.it.btrfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.btrfs.BtrfsException;
import dev.firkin.btrfs.BtrfsReceive;
import dev.firkin.btrfs.BtrfsSend;
import dev.firkin.btrfs.BtrfsSend.Request;
import dev.firkin.btrfs.Partials;
import dev.firkin.btrfs.Subvolumes;
import dev.firkin.btrfs.TreeDiff;
import dev.firkin.sendstream.Command;
import dev.firkin.sendstream.CommandReader;
import dev.firkin.sendstream.CommandVisitor;
import dev.firkin.sendstream.MalformedStreamException;
import dev.firkin.sendstream.StreamCommand;
import dev.firkin.sendstream.StreamPath;
import dev.firkin.sendstream.StreamSizeEstimate;
import dev.firkin.sendstream.StreamSplitter;
import dev.firkin.sendstream.SubvolumeUuid;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class SendReceiveIT {
  @TempDir private Path folder;
  private LoopBtrfs source;
  private LoopBtrfs target;

  @BeforeEach
  void mount() throws IOException {
    source = LoopBtrfs.in(folder, 2L << 30, "compress=zstd");
    target = LoopBtrfs.in(folder);
  }

  @AfterEach
  void unmount() throws IOException {
    LoopBtrfs.closeAll(source, target);
  }

  /**
   * Received under another name and renamed, a subvolume keeps its received UUID and serves as the
   * parent of the next delta, clones from it included.
   */
  @ParameterizedTest
  @CsvSource({"1,false,1", "2,false,2", "2,true,3", "1,false,4"})
  void restoresAChainThroughPartialNames(int protocol, boolean compressed, long seed)
      throws Exception {
    Path origin = source.subvolume("origin");
    TreeMaker tree = new TreeMaker(origin, seed);
    tree.fill(150, 150_000);
    Path parent = source.snapshot(origin, "day0");
    Request full = Request.full(parent).withProtocol(protocol);
    Path restored =
        Transfers.send(compressed ? full.withCompressedData() : full).restore(target.path());
    assertEquals(List.of(), TreeDiff.between(parent, restored, 20));

    Clones clones = new Clones();
    for (int day = 1; day <= 3; day++) {
      tree.mutate(60);
      Path snapshot = source.snapshot(origin, "day" + day);
      Request delta = Request.delta(parent, snapshot).withProtocol(protocol);
      Transfers sent = Transfers.send(compressed ? delta.withCompressedData() : delta);
      CommandReader.readStream(new ByteArrayInputStream(sent.stream()), clones);

      Path next = sent.restore(target.path());

      assertEquals(target.path().resolve("day" + day), next);
      assertEquals(
          Optional.of(Subvolumes.info(snapshot).uuid()), Subvolumes.info(next).receivedUuid());
      assertTrue(Subvolumes.info(next).readOnly());
      assertEquals(List.of(), TreeDiff.between(snapshot, next, 20));
      parent = snapshot;
    }
    assertTrue(clones.seen > 0, "no delta had a CLONE");
  }

  @Test
  void receivedSubvolumeCanBeMovedByJavaToo() throws Exception {
    Path snapshot = smallSnapshot("s");
    BtrfsReceive.Received received =
        Transfers.send(Request.full(snapshot)).receivePartial(target.path());

    Path moved =
        Files.move(received.path(), target.path().resolve("moved"), StandardCopyOption.ATOMIC_MOVE);

    assertEquals(
        Optional.of(Subvolumes.info(snapshot).uuid()), Subvolumes.info(moved).receivedUuid());
    assertTrue(BtrfsReceive.ifComplete(moved, Subvolumes.info(snapshot).uuid()).isPresent());
  }

  @Test
  void publishingReplacesNothing() throws Exception {
    Path snapshot = smallSnapshot("s");
    Transfers sent = Transfers.send(Request.full(snapshot));
    Path inTheWay = Files.createDirectory(target.path().resolve("s"));

    BtrfsException e = assertThrows(BtrfsException.class, () -> sent.restore(target.path()));

    assertTrue(String.valueOf(e.getMessage()).contains("File exists"), e.toString());
    assertTrue(Files.isDirectory(inTheWay));
    SubvolumeUuid uuid = Subvolumes.info(snapshot).uuid();
    Path partial = Partials.of(uuid, target.path()).getFirst();
    assertTrue(BtrfsReceive.ifComplete(partial, uuid).isPresent());
    assertThrows(BtrfsException.class, () -> Partials.delete(partial, uuid, false));
    Files.delete(inTheWay);
    assertEquals(inTheWay, BtrfsReceive.publish(partial, StreamPath.of("s")));
  }

  @Test
  void dataDoesNotDependOnTheProtocol() throws Exception {
    Path origin = source.subvolume("origin");
    new TreeMaker(origin, 5).fill(60, 400_000);
    Path snapshot = source.snapshot(origin, "s");

    assertArrayEquals(
        Transfers.send(Request.full(snapshot)).data(),
        Transfers.send(Request.full(snapshot).withProtocol(2)).data());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void metadataTellsTheSizeOfTheStream(int protocol) throws Exception {
    Path origin = source.subvolume("origin");
    new TreeMaker(origin, 6).fill(100, 500_000);
    Path snapshot = source.snapshot(origin, "s");
    Request request = Request.full(snapshot).withProtocol(protocol);
    StreamSizeEstimate estimate;
    try (BtrfsSend send = BtrfsSend.start(request.withoutData())) {
      estimate = StreamSizeEstimate.ofNoDataStream(send.stream(), protocol);
      assertTrue(send.await().succeeded());
    }

    long actual = Transfers.send(request).summary().totalBytes();

    assertEquals(1.0, (double) estimate.streamBytes() / actual, 0.01, estimate + ", is " + actual);
  }

  @Test
  void killedSendIsATruncatedStreamAndAFailure() throws Exception {
    Path snapshot = largeSnapshot();
    try (BtrfsSend send = BtrfsSend.start(Request.full(snapshot))) {
      StreamSplitter splitter = new StreamSplitter(new Nowhere());
      byte[] buffer = new byte[1 << 16];
      splitter.write(buffer, 0, 0);
      int first = send.stream().read(buffer);
      ProcessHandle.of(send.pid()).orElseThrow().destroyForcibly();
      for (int n = first; n >= 0; n = send.stream().read(buffer)) {
        splitter.write(buffer, 0, n);
      }

      assertEquals(137, send.await().status());
      assertTrue(assertThrows(MalformedStreamException.class, splitter::finish).truncated());
    }
  }

  @Test
  void closingASendThatNobodyReadsEndsIt() throws Exception {
    Path snapshot = largeSnapshot();
    BtrfsSend send = BtrfsSend.start(Request.full(snapshot));
    assertTrue(send.stream().read() >= 0);

    org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), send::close);

    assertFalse(ProcessHandle.of(send.pid()).isPresent());
    send.close();
  }

  @Test
  void interruptedReceiveLeavesWhatDeletePartialRemoves() throws Exception {
    Path snapshot = largeSnapshot();
    byte[] stream = Transfers.send(Request.full(snapshot)).stream();
    SubvolumeUuid uuid = Subvolumes.info(snapshot).uuid();
    StreamPath name = Partials.newName(uuid);
    Path partial = target.path().resolve(name.toString());
    try (BtrfsReceive receive = BtrfsReceive.start(target.path())) {
      OutputStream renamed = new dev.firkin.sendstream.SubvolumeRename(receive.input(), name);
      renamed.write(stream, 0, stream.length / 2);

      BtrfsException e = assertThrows(BtrfsException.class, () -> receive.finish(name, uuid));
      assertTrue(
          String.valueOf(e.getMessage()).contains("btrfs receive exited with"), e.toString());
    }
    assertTrue(Subvolumes.isSubvolume(partial));
    assertFalse(Subvolumes.info(partial).readOnly());

    Partials.delete(partial, uuid, false);

    assertFalse(Files.exists(partial));
  }

  @Test
  void deletesNothingThatMayBeWanted() throws Exception {
    Path mine = target.subvolume("mine");
    Path snapshot = target.snapshot(mine, "s");
    SubvolumeUuid uuid = Subvolumes.info(snapshot).uuid();
    assertNotDeleted(mine, uuid, false, "name");
    assertNotDeleted(target.subvolume(Partials.PREFIX + "s"), uuid, false, "name");
    Path elses = target.subvolume(partialName(Subvolumes.info(mine).uuid()));
    assertNotDeleted(elses, uuid, false, "name");
    Path readOnly = target.snapshot(mine, partialName(uuid));
    assertNotDeleted(readOnly, uuid, true, "read-only");
    Path writable = target.path().resolve(partialName(uuid));
    Program.run("btrfs", "-q", "subvolume", "snapshot", mine, writable);
    assertNotDeleted(writable, uuid, false, "snapshot of something");
    assertNotDeleted(target.subvolume(partialName(uuid)), uuid, true, "no snapshot");
    Path directory = Files.createDirectory(target.path().resolve(partialName(uuid)));
    assertNotDeleted(directory, uuid, false, "no subvolume");
    Path link = Files.createSymbolicLink(target.path().resolve(partialName(uuid)), mine);
    assertNotDeleted(link, uuid, false, "name");
    assertFalse(Partials.of(uuid, target.path()).contains(link));
  }

  @Test
  void deletesNothingThatWasCompleteAndThenWrittenTo() throws Exception {
    Path snapshot = smallSnapshot("s");
    SubvolumeUuid uuid = Subvolumes.info(snapshot).uuid();
    Path forced = Transfers.send(Request.full(snapshot)).receivePartial(target.path()).path();
    Program.run("btrfs", "property", "set", "-f", forced, "ro", "false");

    assertNotDeleted(forced, uuid, false, "made writable");
  }

  private static String partialName(SubvolumeUuid uuid) {
    return Partials.newName(uuid).toString();
  }

  private static void assertNotDeleted(Path path, SubvolumeUuid uuid, boolean delta, String why) {
    BtrfsException e = assertThrows(BtrfsException.class, () -> Partials.delete(path, uuid, delta));
    assertTrue(String.valueOf(e.getMessage()).contains(why), e.toString());
    assertTrue(Files.exists(path));
  }

  @Test
  void brokenPipeSaysWhatReceiveSaid() throws Exception {
    Path snapshot = largeSnapshot();
    byte[] stream = Transfers.send(Request.full(snapshot)).stream();
    target.subvolume("large");
    try (BtrfsReceive receive = BtrfsReceive.start(target.path())) {
      OutputStream input = receive.input();
      IOException e =
          assertThrows(
              IOException.class,
              () -> {
                input.write(stream);
                input.flush();
              });
      assertTrue(String.valueOf(e.getMessage()).contains("File exists"), e.toString());
    }
  }

  @Test
  void refusesWhatCannotBeSent() throws Exception {
    Path origin = source.subvolume("origin");
    Path directory = Files.createDirectory(origin.resolve("directory"));
    for (Path path : List.of(origin, directory, folder, source.path().resolve("missing"))) {
      BtrfsException e =
          assertThrows(BtrfsException.class, () -> BtrfsSend.start(Request.full(path)));
      assertTrue(e.hint().isPresent(), e.toString());
    }
  }

  private Path smallSnapshot(String name) throws IOException {
    Path origin = source.subvolume("origin-of-" + name);
    Files.writeString(origin.resolve("file"), "content");
    return source.snapshot(origin, name);
  }

  private Path largeSnapshot() throws IOException {
    Path origin = source.subvolume("origin");
    byte[] content = new byte[24 << 20];
    new java.util.Random(9).nextBytes(content);
    Files.write(origin.resolve("file"), content);
    return source.snapshot(origin, "large");
  }

  private static final class Clones implements CommandVisitor {
    private int seen;

    @Override
    public boolean wants(Command type) {
      return type == Command.CLONE;
    }

    @Override
    public void visit(StreamCommand command) {
      seen++;
    }
  }

  private static final class Nowhere implements dev.firkin.sendstream.SplitSink {
    @Override
    public void commands(byte[] b, int off, int len) {}

    @Override
    public void data(byte[] b, int off, int len) {}
  }
}
