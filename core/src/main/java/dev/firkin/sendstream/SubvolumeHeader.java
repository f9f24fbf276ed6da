package dev.firkin.sendstream;

import java.util.Optional;

/**
 * What a {@code SUBVOL} or {@code SNAPSHOT} command says.
 *
 * @param path the name the subvolume is received under; its last path component only
 * @param uuid the received UUID of the subvolume that was sent, where it has one, else its UUID
 * @param ctransid the transaction of its last change; it identifies nothing
 * @param parent what a delta is based on; empty for a full stream
 */
public record SubvolumeHeader(
    StreamPath path, SubvolumeUuid uuid, long ctransid, Optional<Parent> parent) {

  /** The parent of a delta, by which {@code btrfs receive} looks for it. */
  public record Parent(SubvolumeUuid uuid, long ctransid) {}

  static SubvolumeHeader of(StreamCommand command) throws MalformedStreamException {
    return new SubvolumeHeader(
        command.path(Attribute.PATH),
        command.uuid(Attribute.UUID),
        command.u64(Attribute.CTRANSID),
        command.type() == Command.SNAPSHOT
            ? Optional.of(
                new Parent(
                    command.uuid(Attribute.CLONE_UUID), command.u64(Attribute.CLONE_CTRANSID)))
            : Optional.empty());
  }
}
