namespace BioLearn.ML.Hebbian;

/// <summary>Turns pictures that lie channel by channel, [channels, pixels], into such as lie pixel by pixel, [pixels, channels], and back.</summary>
internal static class Planes
{
    public static void ToPixels<T>(ReadOnlySpan<T> planes, int channels, Span<T> pixels)
    {
        int area = planes.Length / channels;
        for (int c = 0; c < channels; c++)
        {
            for (int p = 0; p < area; p++)
                pixels[(p * channels) + c] = planes[(c * area) + p];
        }
    }

    public static void FromPixels<T>(ReadOnlySpan<T> pixels, int channels, Span<T> planes)
    {
        int area = pixels.Length / channels;
        for (int p = 0; p < area; p++)
        {
            for (int c = 0; c < channels; c++)
                planes[(c * area) + p] = pixels[(p * channels) + c];
        }
    }
}
