package org.sallyport.worker.internal.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** None: a process of its own, with limits if there is a way to set them, and the rights of the host's account. */
final class NoJail implements Jail {
    private final WorkerSettings settings;

    NoJail(WorkerSettings settings) {
        this.settings = settings;
    }

    @Override
    public List<String> layers() {
        return Limiter.isThere() ? List.of("process", "limits") : List.of("process");
    }

    @Override
    public List<String> promises() {
        return List.of(
                "A crash and its memory are its own.",
                "Not held: all that the account of the host may do, unless the guard holds it.");
    }

    @Override
    public boolean holds() {
        return false;
    }

    @Override
    public void prepare(Spec spec, Path run) throws IOException {
        Files.createDirectories(spec.data());
    }

    @Override
    public List<String> wrap(Spec spec, Path run, Path library, List<String> command) {
        List<String> all = new ArrayList<>();
        if (Limiter.isThere()) {
            all.addAll(List.of(Limiter.SETPRIV.toString(), "--pdeathsig", "KILL", "--no-new-privs"));
            all.addAll(Limiter.limits(settings, false));
        }
        all.addAll(command);
        return all;
    }
}
