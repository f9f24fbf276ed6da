package dev.firkin.cli.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RateTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void isUnknownUntilTheSecondSample() {
    Rate rate = new Rate();
    assertEquals(0, rate.perSecond());
    rate.sample(0, 100);
    assertEquals(0, rate.perSecond());
  }

  @Test
  void forgetsWhatIsLongAgo() {
    Rate rate = new Rate();
    long value = 0;
    for (int i = 0; i < 100; i++) {
      value += i < 50 ? 1000 : 10;
      rate.sample(i * SECOND, value);
    }
    assertEquals(10, rate.perSecond(), 1e-9);
  }
}
