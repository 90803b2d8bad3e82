package sallyport;

/** All plugins are started at once and called. */
public final class Active {
    private Active() {}

    public static void main(String[] args) throws Exception {
        Start.eager(args);
    }
}
