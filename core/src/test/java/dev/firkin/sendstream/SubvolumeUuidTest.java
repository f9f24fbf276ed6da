package dev.firkin.sendstream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class SubvolumeUuidTest {
  private static final String TEXT = "095d91cc-27e3-9146-ac5a-d8c71b7350cf";
  private static final byte[] BYTES = HexFormat.of().parseHex("095d91cc27e39146ac5ad8c71b7350cf");

  @Test
  void printsAsBtrfsDoes() {
    assertEquals(TEXT, SubvolumeUuid.ofBytes(BYTES).toString());
    assertEquals(SubvolumeUuid.ofBytes(BYTES), SubvolumeUuid.parse(TEXT.toUpperCase(Locale.ROOT)));
    assertArrayEquals(BYTES, SubvolumeUuid.parse(TEXT).toBytes());
  }

  @Test
  void refusesWhatIsNoUuid() {
    for (String text :
        new String[] {
          "",
          "-",
          "1-1-1-1-1",
          TEXT + "0",
          TEXT.replace('-', '_'),
          TEXT.replace('c', 'g'),
          "00000000-0000-0000-0000-000000000000"
        }) {
      assertThrows(IllegalArgumentException.class, () -> SubvolumeUuid.parse(text), text);
    }
    assertThrows(IllegalArgumentException.class, () -> SubvolumeUuid.ofBytes(new byte[15]));
    assertThrows(IllegalArgumentException.class, () -> SubvolumeUuid.ofBytes(new byte[16]));
  }

  @Test
  void isOrderedAsItsText() {
    assertTrue(
        SubvolumeUuid.parse("ffffffff-0000-0000-0000-000000000000")
                .compareTo(SubvolumeUuid.parse(TEXT))
            > 0);
  }
}
