package dev.firkin.cli.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.firkin.cli.text.Table.Align;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
  private final Table table = new Table().column("NAME", Align.LEFT).column("SIZE", Align.RIGHT);

  @Test
  void alignsColumnsToTheirWidestCell() {
    table.row("a", "1 B").row("größer", "1.5 GiB");
    assertEquals(List.of("NAME       SIZE", "a           1 B", "größer  1.5 GiB"), table.lines());
  }

  @Test
  void leavesNoBlanksAtTheEnd() {
    Table left = new Table().column("A", Align.LEFT).column("B", Align.LEFT).row("x", "");
    assertEquals(List.of("A  B", "x"), left.lines());
  }

  @Test
  void refusesRowsOfAnotherLength() {
    assertThrows(IllegalArgumentException.class, () -> table.row("a"));
  }
}
