package dev.firkin.it.link;

/** What a link can do to one request and its answer. */
public enum Fault {
  /** Resets the connection in the middle of the request's body. */
  RESET_REQUEST,
  /** Changes a byte in the middle of the request's body. */
  CORRUPT_REQUEST,
  /** Forwards a half of the request's body, then nothing any more; nobody is told. */
  HALF_OPEN,
  /** Resets the connection in the middle of the answer. */
  RESET_RESPONSE,
  /** Closes the connection in the middle of the answer as if that were its end. */
  TRUNCATE_RESPONSE,
  /** Changes a byte in the middle of the answer's body. */
  CORRUPT_RESPONSE,
  /** Says a part of the answer's body twice. */
  DUPLICATE_RESPONSE,
  /** Answers itself: the server is busy. The request never gets there. */
  SLOW_DOWN,
  /** Answers itself: the server has failed. The request never gets there. */
  INTERNAL_ERROR;

  /** Whether it can be done to a request. */
  boolean fits(RequestHead head) {
    return switch (this) {
      case RESET_REQUEST, CORRUPT_REQUEST, HALF_OPEN -> head.bodyBytes() > 1;
      // Of XML that was changed nobody can tell; only bodies of objects carry checksums.
      case CORRUPT_RESPONSE, DUPLICATE_RESPONSE -> head.isGetOfObject();
      case RESET_RESPONSE, TRUNCATE_RESPONSE -> !head.method().equals("HEAD");
      case SLOW_DOWN, INTERNAL_ERROR -> true;
    };
  }
}
