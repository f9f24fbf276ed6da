package dev.firkin.it.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Set;
import org.junit.jupiter.api.Test;

final class RequirementsTest {
  @Test
  void readsCommaSeparatedList() {
    assertEquals(Set.of("btrfs", "age"), Requirements.parse("btrfs, age,"));
    assertEquals(Set.of(), Requirements.parse(""));
  }

  @Test
  void rejectsMisspeltRequirement() {
    assertThrows(IllegalArgumentException.class, () -> Requirements.parse("btrfs,s4"));
    assertThrows(IllegalArgumentException.class, () -> Requirements.need("s4", true, "no reason"));
  }
}
