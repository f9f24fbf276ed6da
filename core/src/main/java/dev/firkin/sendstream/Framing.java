package dev.firkin.sendstream;

import static dev.firkin.sendstream.MalformedStreamException.damaged;
import static dev.firkin.sendstream.MalformedStreamException.truncated;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The grammar of a btrfs send stream as a state machine that tells its driver how many bytes it
 * wants next and whether they are payload: so one grammar serves who splits a stream (and has the
 * bytes in one row) and who weaves it (and has to know where to take the next ones from).
 *
 * <p>Everything that can be checked without a file system is checked; nothing is allocated by what
 * a length promises.
 */
final class Framing {
  static final int COMMAND_HEADER_BYTES = 10;

  /** No kernel writes commands beyond 144 KiB; the format itself would allow 4 GiB. */
  static final int MAX_BODY_BYTES = 16 << 20;

  /** Bounds the memory that a stream of nothing but subvolumes can take. */
  static final int MAX_SUBVOLUMES = 65_536;

  static final int NEWEST_VERSION = 3;

  private static final byte[] MAGIC = "btrfs-stream\0".getBytes(StandardCharsets.US_ASCII);

  private enum State {
    MAGIC,
    VERSION,
    COMMAND_HEADER,
    ATTRIBUTE_TYPE,
    ATTRIBUTE_LENGTH,
    VALUE,
    PAYLOAD
  }

  private final CommandVisitor visitor;
  private final boolean verifyCrc;
  private final long provenBytes;
  private final CommandCrc crc = new CommandCrc();
  private final StreamCommand captured = new StreamCommand();
  private final List<SubvolumeHeader> subvolumes = new ArrayList<>();
  private final byte[] field = new byte[MAGIC.length];

  private State state = State.MAGIC;
  private int wanted = MAGIC.length;
  private int fieldFill;
  private long streamOffset;

  private int version;
  private int highestVersion;
  private int endedStreams;
  private boolean inSubvolume;

  private long commandOffset;
  private int commandNumber;
  private @Nullable Command command;
  private int bodyLeft;
  private long expectedCrc;
  private boolean crcKnown;
  private boolean capturing;
  private long attributesSeen;
  private int attributeType;
  private @Nullable Attribute capturedAttribute;

  Framing(CommandVisitor visitor, boolean verifyCrc) {
    this(visitor, verifyCrc, 0);
  }

  /**
   * @param provenBytes the CRC of a command that ends within so many bytes of the stream is not
   *     looked at, since something else proves it; but for commands that begin a subvolume
   */
  Framing(CommandVisitor visitor, boolean verifyCrc, long provenBytes) {
    this.visitor = visitor;
    this.verifyCrc = verifyCrc;
    this.provenBytes = provenBytes;
  }

  /** A fresh copy of what every stream begins with. */
  static byte[] magic() {
    return MAGIC.clone();
  }

  /** How many bytes to {@link #accept} until the kind of byte may change; at least one. */
  int wanted() {
    return wanted;
  }

  /** Whether the wanted bytes are payload. */
  boolean wantsPayload() {
    return state == State.PAYLOAD;
  }

  /** Whether the stream may end here. */
  boolean mayEnd() {
    return state == State.MAGIC && fieldFill == 0 && endedStreams > 0;
  }

  List<SubvolumeHeader> subvolumes() {
    return subvolumes;
  }

  int highestVersion() {
    return highestVersion;
  }

  /** Takes in {@code len} bytes, no more than {@link #wanted}. */
  void accept(byte[] b, int off, int len) throws MalformedStreamException {
    switch (state) {
      case MAGIC, VERSION, COMMAND_HEADER -> collect(b, off, len);
      case ATTRIBUTE_TYPE, ATTRIBUTE_LENGTH -> {
        collect(b, off, len);
        inBody(b, off, len);
      }
      case VALUE -> {
        if (capturedAttribute != null) {
          captured.append(capturedAttribute, b, off, len);
        }
        inBody(b, off, len);
      }
      case PAYLOAD -> inBody(b, off, len);
    }
    streamOffset += len;
    wanted -= len;
    if (wanted == 0) {
      advance();
    }
  }

  /** Goes past a payload whose bytes are elsewhere: the CRC of its command cannot be checked. */
  void skipPayload() throws MalformedStreamException {
    crcKnown = false;
    bodyLeft -= wanted;
    streamOffset += wanted;
    wanted = 0;
    advance();
  }

  /** To be called at the end of the input; throws where the stream may not end there. */
  void end() throws MalformedStreamException {
    if (mayEnd()) {
      return;
    }
    if (state == State.MAGIC && !Arrays.equals(field, 0, fieldFill, MAGIC, 0, fieldFill)) {
      throw trailing();
    }
    String where =
        switch (state) {
          case MAGIC, VERSION -> "in the header";
          case COMMAND_HEADER ->
              fieldFill == 0 ? "no END command was seen" : "in the header of a command";
          case ATTRIBUTE_TYPE, ATTRIBUTE_LENGTH, VALUE, PAYLOAD -> "in " + commandName();
        };
    throw truncated(streamOffset, where);
  }

  private void collect(byte[] b, int off, int len) {
    System.arraycopy(b, off, field, fieldFill, len);
    fieldFill += len;
  }

  private void inBody(byte[] b, int off, int len) {
    if (crcKnown) {
      crc.update(b, off, len);
    }
    bodyLeft -= len;
  }

  private void want(State next, int bytes) {
    state = next;
    wanted = bytes;
    fieldFill = 0;
  }

  private void advance() throws MalformedStreamException {
    switch (state) {
      case MAGIC -> {
        if (!Arrays.equals(field, MAGIC)) {
          throw trailing();
        }
        want(State.VERSION, 4);
      }
      case VERSION -> beginStream();
      case COMMAND_HEADER -> beginCommand();
      case ATTRIBUTE_TYPE -> beginAttribute();
      case ATTRIBUTE_LENGTH -> beginValue((int) LittleEndian.read(field, 0, 2));
      case VALUE, PAYLOAD -> nextAttribute();
    }
  }

  private void beginStream() throws MalformedStreamException {
    long found = LittleEndian.read(field, 0, 4);
    if (found < 1 || found > NEWEST_VERSION) {
      throw damaged(streamOffset - 4, "protocol version " + found + " is not known (1 to 3 are)");
    }
    version = (int) found;
    highestVersion = Math.max(highestVersion, version);
    inSubvolume = false;
    want(State.COMMAND_HEADER, COMMAND_HEADER_BYTES);
  }

  private void beginCommand() throws MalformedStreamException {
    commandOffset = streamOffset - COMMAND_HEADER_BYTES;
    long bodyBytes = LittleEndian.read(field, 0, 4);
    commandNumber = (int) LittleEndian.read(field, 4, 2);
    expectedCrc = LittleEndian.read(field, 6, 4);
    command = knownCommand();
    if (bodyBytes > MAX_BODY_BYTES) {
      throw damaged(
          commandOffset,
          commandName() + " claims " + bodyBytes + " bytes, more than " + MAX_BODY_BYTES);
    }
    if (command == Command.END && bodyBytes != 0) {
      throw damaged(commandOffset, "END has a body");
    }
    if (!inSubvolume && (command == null || !command.startsSubvolume())) {
      throw damaged(commandOffset, commandName() + " before any SUBVOL or SNAPSHOT");
    }
    inSubvolume = true;
    bodyLeft = (int) bodyBytes;
    boolean startsSubvolume = command != null && command.startsSubvolume();
    crcKnown = verifyCrc && (startsSubvolume || streamOffset + bodyBytes > provenBytes);
    if (crcKnown) {
      crc.begin(bodyBytes, commandNumber);
    }
    attributesSeen = 0;
    capturing = command != null && (startsSubvolume || visitor.wants(command));
    if (capturing && command != null) {
      captured.begin(command, commandOffset, COMMAND_HEADER_BYTES + bodyBytes);
    }
    nextAttribute();
  }

  /**
   * The sets of commands of versions 1 and 2 are final, so another number there is damage. Version
   * 3 is still growing in the kernel: what it adds is framed and checked like everything else, can
   * be stored and given back without being understood, and so is not refused.
   */
  private @Nullable Command knownCommand() throws MalformedStreamException {
    Optional<Command> found = Command.ofNumber(commandNumber);
    boolean known = found.isPresent() && found.get().sinceVersion() <= version;
    if (!known && (version < NEWEST_VERSION || commandNumber == 0)) {
      throw damaged(
          commandOffset, "command " + commandNumber + " does not exist in version " + version);
    }
    return found.orElse(null);
  }

  private void nextAttribute() throws MalformedStreamException {
    if (bodyLeft == 0) {
      endCommand();
    } else if (bodyLeft < 2) {
      throw damaged(streamOffset, commandName() + " has a byte behind its last attribute");
    } else {
      want(State.ATTRIBUTE_TYPE, 2);
    }
  }

  private void beginAttribute() throws MalformedStreamException {
    attributeType = (int) LittleEndian.read(field, 0, 2);
    Optional<Attribute> attribute = Attribute.ofNumber(attributeType);
    boolean known = attribute.isPresent() && attribute.get().sinceVersion() <= version;
    if (!known && (version < NEWEST_VERSION || attributeType == 0)) {
      throw damaged(streamOffset - 2, commandName() + " has unknown attribute " + attributeType);
    }
    if (known) {
      long bit = 1L << attributeType;
      if ((attributesSeen & bit) != 0) {
        throw damaged(streamOffset - 2, commandName() + " has " + attribute.get() + " twice");
      }
      attributesSeen |= bit;
    }
    boolean isData = attributeType == Attribute.DATA.number();
    if (isData && command != null && !command.carriesPayload()) {
      throw damaged(streamOffset - 2, commandName() + " has DATA");
    }
    capturedAttribute = capturing && known && !isData ? attribute.get() : null;
    if (capturedAttribute != null) {
      captured.beginAttribute(capturedAttribute);
    }
    if (isData && version >= 2) {
      beginValue(bodyLeft);
    } else if (bodyLeft < 2) {
      throw damaged(streamOffset, commandName() + " ends inside an attribute");
    } else {
      want(State.ATTRIBUTE_LENGTH, 2);
    }
  }

  private void beginValue(int length) throws MalformedStreamException {
    if (length > bodyLeft) {
      throw damaged(streamOffset, commandName() + " is shorter than its attributes");
    }
    boolean payload = attributeType == Attribute.DATA.number() && command != null;
    if (payload && capturing) {
      captured.payload(length);
    }
    if (length == 0) {
      nextAttribute();
    } else {
      want(payload ? State.PAYLOAD : State.VALUE, length);
    }
  }

  private void endCommand() throws MalformedStreamException {
    if (crcKnown && crc.value() != expectedCrc) {
      throw damaged(
          commandOffset,
          "the CRC of %s is %08x, it should be %08x"
              .formatted(commandName(), crc.value(), expectedCrc));
    }
    want(State.COMMAND_HEADER, COMMAND_HEADER_BYTES);
    if (command == null) {
      return;
    }
    if (command.startsSubvolume()) {
      if (subvolumes.size() == MAX_SUBVOLUMES) {
        throw damaged(commandOffset, "more than " + MAX_SUBVOLUMES + " subvolumes");
      }
      subvolumes.add(SubvolumeHeader.of(captured));
    }
    if (visitor.wants(command)) {
      visitor.visit(captured);
    }
    if (command == Command.END) {
      endedStreams++;
      want(State.MAGIC, MAGIC.length);
    }
  }

  private MalformedStreamException trailing() {
    long at = streamOffset - fieldFill;
    return endedStreams > 0
        ? damaged(at, "bytes follow END that are no other stream")
        : damaged(at, "it does not begin like a btrfs send stream");
  }

  private String commandName() {
    return command != null ? command.name() : "command " + commandNumber;
  }
}
