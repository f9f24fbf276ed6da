package dev.firkin.cli.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.repository.model.SnapshotName;
import dev.firkin.store.StoreUnavailableException;
import dev.firkin.transfer.RestoreProgress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OutageTimerTest {
  private static StoreUnavailableException why() {
    return new StoreUnavailableException("s3://b", null, "no route", null, null);
  }

  @Test
  void aPushSaysSinceWhenAndWhatIsSafe() {
    PushMeter meter = new PushMeter(new SnapshotName("home", "monday"));
    meter.unreachable(Duration.ofMinutes(3), why());

    String line = String.join(", ", meter.parts());
    assertTrue(line.startsWith("monday, store unreachable for 3m 0"), line);
    assertTrue(line.endsWith("stored so far are safe"), line);
    assertTrue(meter.json().contains("\"storeUnreachable\":true"), meter.json());

    meter.back(Duration.ofMinutes(4));
    assertFalse(String.join(", ", meter.parts()).contains("unreachable"));
    assertTrue(meter.json().contains("\"storeUnreachable\":false"), meter.json());
  }

  @Test
  void aRestoreSaysSinceWhen() {
    OutageTimer outage = new OutageTimer();
    RestoreMeter meter = new RestoreMeter("monday", new RestoreProgress(), 1 << 20, outage);
    outage.unreachable(Duration.ofDays(2), why());

    assertEquals("store unreachable for 2d 0h, retrying", meter.parts().get(1));
    assertTrue(meter.json().contains("\"storeUnreachable\":true"), meter.json());

    outage.back(Duration.ofDays(2));
    assertFalse(String.join(", ", meter.parts()).contains("unreachable"));
  }

  @Test
  void aVerifySaysSinceWhen() {
    OutageTimer outage = new OutageTimer();
    VerifyMeter meter = new VerifyMeter(new RestoreProgress(), outage);
    outage.unreachable(Duration.ofHours(2), why());

    assertEquals("store unreachable for 2h 00m, retrying", meter.parts().get(1));
    assertTrue(meter.json().contains("\"storeUnreachable\":true"), meter.json());

    outage.back(Duration.ofHours(2));
    assertFalse(String.join(", ", meter.parts()).contains("unreachable"));
    assertTrue(meter.json().contains("\"storeUnreachable\":false"), meter.json());
  }
}
