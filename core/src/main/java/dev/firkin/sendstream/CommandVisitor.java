package dev.firkin.sendstream;

/** Whoever wants to see commands pass, in stream order, on the thread that feeds the stream. */
public interface CommandVisitor {
  /** Sees nothing. */
  CommandVisitor NONE =
      new CommandVisitor() {
        @Override
        public boolean wants(Command type) {
          return false;
        }

        @Override
        public void visit(StreamCommand command) {}
      };

  /** Whether commands of this type are to be taken apart for {@link #visit}; must not vary. */
  boolean wants(Command type);

  /**
   * A command whose framing is right, and whose CRC is right where it could be checked.
   *
   * @param command valid during the call only
   * @throws MalformedStreamException where an attribute is missing or of a wrong length
   */
  void visit(StreamCommand command) throws MalformedStreamException;
}
