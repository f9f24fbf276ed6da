package dev.firkin.it.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.btrfs.BtrfsSend.Request;
import dev.firkin.btrfs.Subvolumes;
import dev.firkin.btrfs.TreeDiff;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.it.btrfs.LoopBtrfs;
import dev.firkin.it.btrfs.TreeMaker;
import dev.firkin.it.engine.Host;
import dev.firkin.it.engine.Producers;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectStores;
import dev.firkin.store.StoreOptions;
import dev.firkin.store.StoreUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page's own commands bring a chain of real snapshots back to a fresh filesystem. */
@Timeout(300)
class BtrfsWithoutFirkinIT {
  @TempDir private Path folder;
  private LoopBtrfs source;
  private LoopBtrfs target;

  @BeforeEach
  void mount() throws IOException {
    Stock.need();
    source = LoopBtrfs.in(folder, 1L << 30, "compress=zstd");
    target = LoopBtrfs.in(folder, 1L << 30, "");
  }

  @AfterEach
  void unmount() throws IOException {
    LoopBtrfs.closeAll(source, target);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void pagesLoopReceivesAChain(int protocol) throws Exception {
    AgeIdentity reader = AgeIdentity.generate();
    Path objects = Files.createDirectory(folder.resolve("objects"));
    Path origin = source.subvolume("home");
    TreeMaker tree = new TreeMaker(origin, protocol);
    tree.fill(120, 200_000);
    Path friday = source.snapshot(origin, "friday");
    tree.mutate(50);
    Path saturday = source.snapshot(origin, "saturday");
    tree.mutate(50);
    Path sunday = source.snapshot(origin, "sunday");
    try (ObjectStore store =
        ObjectStores.open(StoreUrl.parse(objects.toString()), StoreOptions.defaults())) {
      Host host = Host.create(folder.resolve("host"), store, Host.SMALL_CHUNKS, reader);
      push(host, Request.full(friday).withProtocol(protocol));
      push(host, Request.delta(friday, saturday).withProtocol(protocol));
      Request last = Request.delta(saturday, sunday).withProtocol(protocol);
      push(host, protocol == 2 ? last.withCompressedData() : last);
    }
    Files.writeString(folder.resolve("identity.txt"), reader.secretText() + "\n");
    Page.extract("firkin-restore.py", folder);

    // The page's commands as they stand there, but for the places.
    String loop =
        Page.block("set -o pipefail")
            .replace("/mnt/objects", objects.toString())
            .replace("/mnt/new", target.path().toString());
    Stock.run(folder, "bash", "-c", "set -e; cd " + folder + "; " + loop).succeeded();

    for (Path snapshot : List.of(friday, saturday, sunday)) {
      Path received = target.path().resolve(snapshot.getFileName());
      assertEquals(List.of(), TreeDiff.between(snapshot, received, 20));
      assertEquals(
          Optional.of(Subvolumes.info(snapshot).uuid()), Subvolumes.info(received).receivedUuid());
      assertTrue(Subvolumes.info(received).readOnly());
    }
  }

  private static void push(Host host, Request request) throws Exception {
    host.push("home", request.snapshot().getFileName().toString(), Producers.send(request));
  }
}
