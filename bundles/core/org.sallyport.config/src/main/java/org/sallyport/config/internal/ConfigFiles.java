package org.sallyport.config.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files of configuration: {@code *.json} of a folder in the order of their names, or a single one. At most
 * {@value #MAX_FILES} files of at most {@value #MAX_BYTES} bytes, {@value #MAX_TOTAL} bytes together.
 */
final class ConfigFiles {
    /** Most bytes of a file: 4 MiB. */
    static final int MAX_BYTES = 4 << 20;

    /** Most bytes of all files: 16 MiB. */
    static final int MAX_TOTAL = 16 << 20;

    /** Most files. */
    static final int MAX_FILES = 100;

    /**
     * A file as it was read.
     *
     * @param name for messages: relative to the home folder where it can be
     * @param text what is in it
     * @param error why it could not be read; empty if it could
     */
    record Text(String name, String text, String error) {
        Layer layer() {
            return error.isEmpty() ? LayerText.read(Layer.Origin.FILE, name, text) : Layer.unreadable(name, error);
        }
    }

    private final Path folder;
    private final @Nullable Path single;

    /**
     * @param folder where the files lie; need not exist
     * @param single the only file that counts, if any; has to exist
     */
    ConfigFiles(Path folder, @Nullable Path single) {
        this.folder = folder;
        this.single = single;
    }

    /** The folder to watch. */
    Path folder() {
        Path parent = single == null ? folder : single.toAbsolutePath().getParent();
        return parent == null ? folder : parent;
    }

    /** The name under which a file is spoken of. */
    String name(Path file) {
        return single == null ? "conf/" + file.getFileName() : file.toString();
    }

    /** Reads what is there now. */
    List<Text> read() {
        List<Text> texts = new ArrayList<>();
        long total = 0;
        try {
            for (Path file : list()) {
                Text text = read(file);
                total += text.text().length();
                texts.add(
                        total <= MAX_TOTAL
                                ? text
                                : new Text(
                                        text.name(), "", "The files are larger than [" + MAX_TOTAL + "] bytes in all"));
            }
        } catch (IOException e) {
            texts.add(new Text(folder.toString(), "", "The folder could not be read: " + e));
        }
        if (texts.size() > MAX_FILES) {
            String error = "There are more than [" + MAX_FILES + "] files; put several entries into one";
            return List.of(new Text(folder.toString(), "", error));
        }
        return texts;
    }

    /** What tells one state of the files from another without reading them. */
    String fingerprint() {
        StringBuilder fingerprint = new StringBuilder();
        try {
            for (Path file : list()) {
                fingerprint.append(file.getFileName()).append('|');
                try {
                    fingerprint.append(Files.size(file)).append('|').append(Files.getLastModifiedTime(file));
                } catch (IOException e) {
                    fingerprint.append(e);
                }
                fingerprint.append('\n');
            }
        } catch (IOException e) {
            fingerprint.append(e);
        }
        return fingerprint.toString();
    }

    private List<Path> list() throws IOException {
        if (single != null) {
            return List.of(single);
        } else if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, ConfigFiles::counts)) {
            for (Path file : stream) {
                files.add(file);
                if (files.size() > MAX_FILES) {
                    break;
                }
            }
        }
        files.sort(Comparator.comparing(file -> file.getFileName().toString()));
        return files;
    }

    /** Hidden files are what editors keep while they save. */
    private static boolean counts(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".json") && !name.startsWith(".") && !Files.isDirectory(file);
    }

    private Text read(Path file) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            // Opening a pipe would wait for its writer, for ever.
            return new Text(name(file), "", "This is not a regular file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                return new Text(name(file), "", "The file is larger than [" + MAX_BYTES + "] bytes");
            }
            return new Text(name(file), decoded(bytes), "");
        } catch (CharacterCodingException e) {
            return new Text(name(file), "", "The file is not UTF-8");
        } catch (NoSuchFileException e) {
            return new Text(name(file), "", "The file does not exist");
        } catch (IOException e) {
            return new Text(name(file), "", "The file could not be read: " + e);
        }
    }

    /** UTF-8, strictly; the mark that some editors put first is left out. */
    static String decoded(byte[] bytes) throws CharacterCodingException {
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)
                .decode(ByteBuffer.wrap(bytes))
                .toString();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }
}
