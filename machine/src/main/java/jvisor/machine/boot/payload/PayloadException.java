package jvisor.machine.boot.payload;

/** The payload is damaged. The message is a phrase that says how. */
public final class PayloadException extends Exception {
  private static final long serialVersionUID = 1L;

  PayloadException(String phrase) {
    super(phrase);
  }

  PayloadException(String phrase, Throwable cause) {
    super(phrase, cause);
  }
}
