package org.sallyport.admission.internal.archive;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Whether the names of entries are plain, canonical, and there once for every file system and for people's eyes. */
final class EntryNames {
    /** Scripts whose letters are taken for Latin ones. */
    private static final Set<UnicodeScript> LOOKS_LATIN =
            EnumSet.of(UnicodeScript.CYRILLIC, UnicodeScript.GREEK, UnicodeScript.ARMENIAN, UnicodeScript.CHEROKEE);

    private EntryNames() {}

    static void check(String name) throws ArchiveException {
        String plain = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
        boolean bad = name.startsWith("/") || name.indexOf('\\') >= 0 || name.length() > 1 && name.charAt(1) == ':';
        for (String part : plain.split("/", -1)) {
            bad |= part.isEmpty() || part.equals(".") || part.equals("..");
        }
        if (bad || name.chars().anyMatch(Character::isISOControl)) {
            throw ArchiveException.archive(
                    "its entry [" + printable(name) + "] has a name that is not a plain relative one");
        } else if (looksLikeAnother(name)) {
            throw ArchiveException.archive(
                    "its entry [" + printable(name) + "] has a name that looks like another one");
        }
    }

    /** Invisible characters, compatibility forms such as a full-width slash, and words of two scripts that look alike. */
    private static boolean looksLikeAnother(String name) {
        if (name.chars().allMatch(c -> c < 128)) {
            return false;
        }
        return name.codePoints().anyMatch(c -> Character.getType(c) == Character.FORMAT)
                || !Normalizer.normalize(name, Normalizer.Form.NFKC)
                        .equals(Normalizer.normalize(name, Normalizer.Form.NFC))
                || List.of(name.split("[/.]")).stream().anyMatch(EntryNames::mixes);
    }

    private static boolean mixes(String word) {
        Set<UnicodeScript> scripts = EnumSet.noneOf(UnicodeScript.class);
        word.codePoints().forEach(c -> scripts.add(UnicodeScript.of(c)));
        return scripts.contains(UnicodeScript.LATIN) && scripts.stream().anyMatch(LOOKS_LATIN::contains);
    }

    /** No name is there twice, nor in two forms that a file system may take for one; no file is a folder, too. */
    static void checkTwins(List<ZipEntryInfo> entries) throws ArchiveException {
        Map<String, String> seen = new LinkedHashMap<>();
        Set<String> files = new HashSet<>();
        for (ZipEntryInfo entry : entries) {
            String name = entry.name();
            String plain = entry.isFolder() ? name.substring(0, name.length() - 1) : name;
            String key = Normalizer.normalize(plain, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
            String twin = seen.put(key, name);
            if (name.equals(twin)) {
                throw ArchiveException.archive("its entry [" + name + "] is there twice");
            } else if (twin != null && twin.endsWith("/") != entry.isFolder()) {
                throw ArchiveException.archive("its entry [" + name + "] is a file and a folder");
            } else if (twin != null) {
                throw ArchiveException.archive("its entries [" + twin + "] and [" + name + "] differ in case alone");
            }
            if (!entry.isFolder()) {
                files.add(key);
            }
        }
        for (String plain : seen.keySet()) {
            for (int slash = plain.indexOf('/'); slash > 0; slash = plain.indexOf('/', slash + 1)) {
                if (files.contains(plain.substring(0, slash))) {
                    throw ArchiveException.archive(
                            "its entry [" + seen.get(plain) + "] lies in something that is a file, not a folder");
                }
            }
        }
    }

    private static String printable(String name) {
        StringBuilder text = new StringBuilder();
        name.codePoints()
                .limit(200)
                .forEach(c -> text.appendCodePoint(
                        Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c));
        return text.toString();
    }
}
