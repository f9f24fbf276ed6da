package dev.firkin.btrfs;

import java.io.IOException;

/** A system call failed. */
final class ErrnoException extends IOException {
  private static final long serialVersionUID = 1L;

  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int EWOULDBLOCK = 11;
  static final int EACCES = 13;
  static final int EBUSY = 16;
  static final int EEXIST = 17;
  static final int EXDEV = 18;
  static final int ENOTTY = 25;
  static final int ETXTBSY = 26;
  static final int ENOSPC = 28;
  static final int EROFS = 30;
  static final int ERANGE = 34;
  static final int ENOTEMPTY = 39;
  static final int ENODATA = 61;
  static final int EOPNOTSUPP = 95;
  static final int EDQUOT = 122;

  private final int errno;

  ErrnoException(String call, int errno, String text) {
    super(call + ": " + text);
    this.errno = errno;
  }

  int errno() {
    return errno;
  }
}
