package dev.firkin.sendstream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CommandCrcTest {
  @Test
  void hasTheCheckValueOfTheSeedZeroVariant() {
    assertEquals(0x58e3fa20L, CommandCrc.of("123456789".getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void equalsTheBitwiseDefinitionOverHeaderAndBody() {
    Random random = new Random(1);
    CommandCrc crc = new CommandCrc();
    for (int length = 0; length < 300; length++) {
      byte[] message = new byte[10 + length];
      random.nextBytes(message);
      LittleEndian.write(message, 0, 4, length);
      int number = (int) LittleEndian.read(message, 4, 2);
      LittleEndian.write(message, 6, 4, 0);

      crc.begin(length, number);
      int cut = random.nextInt(length + 1);
      crc.update(message, 10, cut);
      crc.update(message, 10 + cut, length - cut);

      assertEquals(bitwise(message), crc.value(), "length " + length);
      assertEquals(bitwise(message), CommandCrc.of(message), "length " + length);
    }
  }

  private static long bitwise(byte[] message) {
    int register = 0;
    for (byte b : message) {
      register ^= b & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        register = (register & 1) != 0 ? register >>> 1 ^ 0x82f63b78 : register >>> 1;
      }
    }
    return register & 0xffff_ffffL;
  }
}
