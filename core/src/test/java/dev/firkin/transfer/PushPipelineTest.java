package dev.firkin.transfer;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.fail;

import dev.firkin.repository.TestRepository;
import dev.firkin.repository.model.Checkpoint.Mark;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.store.StoreInterruptedException;
import dev.firkin.store.decorator.Line;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
final class PushPipelineTest {
  @TempDir Path folder;

  /**
   * Where it takes no chunk any more, the reader still comes to its end, and tells where that is.
   */
  @Test
  void onceItIsCutShortItHoldsNobody() throws Exception {
    TestRepository test = TestRepository.plain(folder);
    CountDownLatch hangs = new CountDownLatch(1);
    ChunkUploader uploader =
        new ChunkUploader(
            test.asSource(test.store).chunks(),
            (id, plaintext, turn) -> {
              hangs.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                throw new StoreInterruptedException("test", null, "interrupted", null, e);
              }
              throw new IllegalStateException("nobody opens it");
            },
            new PushProgress(),
            Line.wide());
    try (PushPipeline pipeline = new PushPipeline(uploader, 1)) {
      pipeline.submit(Lane.DATA, new byte[100]);
      hangs.await();
      pipeline.cutShort();
      for (int i = 0; i < 100; i++) {
        pipeline.submit(Lane.DATA, new byte[1 << 20]);
      }
      pipeline.end();
      assertFalse(pipeline.drain(new Nothing()), "it is not whole, whatever the reader says");
    }
  }

  private static final class Nothing implements PushPipeline.Commit {
    @Override
    public void chunk(Lane lane, ChunkRef ref) {
      fail("it is not stored: " + ref);
    }

    @Override
    public void mark(Mark mark) {
      fail("there is nothing before it: " + mark);
    }
  }
}
