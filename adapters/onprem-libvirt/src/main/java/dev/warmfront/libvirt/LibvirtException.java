package dev.warmfront.libvirt;

/** What libvirt answered in place of a result, or that it did not answer. */
final class LibvirtException extends Exception {

    private static final long serialVersionUID = 1L;

    /** The codes of {@code virErrorNumber} that are told apart here. */
    static final int NO_SUPPORT = 3;

    static final int NO_CONNECT = 5;
    static final int INVALID_ARG = 8;
    static final int NO_DOMAIN = 42;
    static final int AUTH_FAILED = 45;
    static final int NO_STORAGE_POOL = 49;
    static final int NO_STORAGE_VOL = 50;
    static final int OPERATION_INVALID = 55;
    static final int NO_DOMAIN_METADATA = 80;
    static final int ACCESS_DENIED = 88;

    /** Not one of libvirt's: it did not answer in time. */
    static final int SILENT = -1;

    private final int code;
    private final boolean opening;

    private LibvirtException(int code, String message, boolean opening) {
        super(message);
        this.code = code;
        this.opening = opening;
    }

    LibvirtException(int code, String message) {
        this(code, message, false);
    }

    /** The same, as what prevented a connection: nothing was asked of the host. */
    LibvirtException whileOpening() {
        return new LibvirtException(code, String.valueOf(getMessage()), true);
    }

    int code() {
        return code;
    }

    boolean is(int other) {
        return code == other;
    }

    /** Whether there was no connection to ask by. */
    boolean opening() {
        return opening;
    }
}
