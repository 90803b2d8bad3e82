package org.sallyport.sandbox.woven;

/** A text whose readers are stopped when their call is over its budget. */
final class Polled implements CharSequence {
    private final CharSequence text;

    Polled(CharSequence text) {
        this.text = text;
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public char charAt(int index) {
        Meter.poll();
        return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return text.subSequence(start, end);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
