package dev.firkin.cli.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.firkin.chunk.ChunkId;
import dev.firkin.chunk.Hash256;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.Failure;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.model.Added;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.RepositoryId;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.repository.model.Source;
import dev.firkin.repository.model.StreamInfo;
import dev.firkin.sendstream.SubvolumeUuid;
import dev.firkin.transfer.Finding;
import dev.firkin.transfer.Leftovers;
import dev.firkin.transfer.PushProgress;
import dev.firkin.transfer.PushResult;
import dev.firkin.transfer.VerifyReport;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The documents are an interface to scripts: a change of one of these texts is a breaking one. */
class DocumentsTest {
  private static final String UUID = "0b13c9c1-7d0a-4f0e-8a5e-000000000002";
  private static final String PARENT = "0b13c9c1-7d0a-4f0e-8a5e-000000000001";
  private static final Hash256 HASH = new Hash256(1, 2, 3, 4);

  private static final String SUMMARY =
      """
      {"id":"%s","volume":"home","name":"home.2","time":"2026-11-22T01:00:00Z","host":"nas",\
      "kind":"delta",\
      "uuid":"%s","parentUuid":"%s","streamBytes":300,"storedBytes":170,"chunks":2,\
      "added":{"chunks":1,"bytes":100,"storedBytes":50}\
      """
          .formatted(HASH, UUID, PARENT);

  private static final String REST =
      """
      ,"sha256":"%s","streamVersion":1,"subvolumes":[{"name":"home.2","uuid":"%s","ctransid":77,\
      "parentUuid":"%s","parentCtransid":70}],\
      "commands":{"bytes":100,"chunks":1,"storedBytes":50},\
      "data":{"bytes":200,"chunks":1,"storedBytes":120},\
      "source":{"host":"nas","startedAt":"2026-11-22T02:00:00Z",\
      "committedAt":"2026-11-22T03:00:00Z","tool":"firkin 0.1.0","path":"/snap/home.2",\
      "takenAt":"2026-11-22T01:00:00Z","sendOptions":["--proto","2"]}}\
      """
          .formatted(HASH, UUID, PARENT);

  private static Manifest manifest() {
    ChunkId id = new ChunkId(HASH);
    return new Manifest(
        new RepositoryId("00112233445566778899aabbccddeeff"),
        new SnapshotId(HASH),
        new SnapshotName("home", "home.2"),
        new StreamInfo(
            new StreamInfo.Kind.Btrfs(
                1,
                List.of(
                    new StreamInfo.Subvolume(
                        "home.2",
                        SubvolumeUuid.parse(UUID),
                        77,
                        Optional.of(new StreamInfo.Parent(SubvolumeUuid.parse(PARENT), 70))))),
            300,
            HASH),
        ChunkRun.inline(List.of(new ChunkRef(id, 100, 50))),
        ChunkRun.inline(List.of(new ChunkRef(id, 200, 120))),
        new Source(
            "nas",
            Optional.of("/snap/home.2"),
            Optional.of(Instant.parse("2026-11-22T01:00:00Z")),
            Instant.parse("2026-11-22T02:00:00Z"),
            Instant.parse("2026-11-22T03:00:00Z"),
            List.of("--proto", "2"),
            "firkin 0.1.0"),
        new Added(1, 100, 50));
  }

  private static PushProgress.Counts counts() {
    return new PushProgress.Counts(300, new Added(1, 100, 50), 1, 200, 1);
  }

  @Test
  void error() {
    assertEquals(
        """
        {"error":{"code":"busy","exit":4,"message":"m \\"x\\"","hint":"h"}}\
        """,
        Documents.error(new Failure("busy", ExitCode.BUSY, "m \"x\"", Optional.of("h"))));
  }

  @Test
  void show() {
    assertEquals(
        "{\"type\":\"result\",\"snapshot\":" + SUMMARY + REST + ",\"chain\":[]}",
        Documents.show(manifest(), new Catalog(List.of(manifest()), List.of()), List.of()));
  }

  @Test
  void pushed() {
    assertEquals(
        "{\"type\":\"result\",\"outcome\":\"stored\",\"snapshot\":"
            + SUMMARY
            + REST
            + ",\"run\":{\"streamBytes\":300,\"addedChunks\":1,\"addedBytes\":100,"
            + "\"addedStoredBytes\":50,\"skippedChunks\":1,\"skippedBytes\":200,\"resumedChunks\":1}}",
        Documents.pushed(new PushResult.Stored(manifest(), counts())));
    assertEquals(
        "{\"type\":\"result\",\"outcome\":\"already-stored\",\"snapshot\":" + SUMMARY + REST + "}",
        Documents.alreadyStored(manifest()));
  }

  @Test
  void restored() {
    assertEquals(
        "{\"type\":\"result\",\"dryRun\":true,\"target\":\"/mnt\",\"snapshots\":["
            + SUMMARY
            + REST
            + "]}",
        Documents.restored(List.of(manifest()), Optional.of(Path.of("/mnt")), true));
  }

  @Test
  void verified() {
    assertEquals(
        """
        {"type":"result","sound":false,"snapshots":1,"pages":2,"chunks":3,"storedBytes":4,\
        "readChunks":5,"readBytes":6,\
        "leftovers":{"chunks":7,"chunkBytes":8,"pages":9,"unfinished":10},\
        "findings":[{"kind":"chunk-missing","key":"chunks/aa/aabb","message":"chunk aabb is missing","direct":["home/home.2"],"affected":["home/home.2","home/home.3"]}],\
        "broken":[]}\
        """,
        Documents.verified(
            new VerifyReport(
                1,
                2,
                3,
                4,
                5,
                6,
                Optional.of(new Leftovers(7, 8, 9, 10)),
                List.of(
                    new Finding(
                        Finding.Kind.CHUNK_MISSING,
                        "chunks/aa/aabb",
                        "chunk aabb is missing",
                        List.of(new SnapshotName("home", "home.2")),
                        List.of(
                            new SnapshotName("home", "home.2"),
                            new SnapshotName("home", "home.3")))),
                List.of())));
  }

  @Test
  void progressOfAPush() {
    assertEquals(
        """
        {"type":"progress","command":"push","snapshot":"home/home.2","streamBytes":300,\
        "totalBytes":1000,"secondsLeft":7,"addedChunks":1,"addedBytes":100,"addedStoredBytes":50,\
        "storedBytesPerSecond":9,"skippedBytes":200,"storeUnreachable":false}\
        """,
        ProgressJson.push(
            new SnapshotName("home", "home.2"),
            counts(),
            OptionalLong.of(1000),
            OptionalLong.of(7),
            9,
            false));
  }
}
