namespace BioLearn.Studio.Learning;

/// <summary>Colours of classes in the plane, told apart by people who see red and green alike (Okabe and Ito).</summary>
internal static class MapColours
{
    private static readonly byte[][] Colours = [[0, 114, 178], [230, 159, 0], [0, 158, 115], [204, 121, 167], [86, 180, 233], [213, 94, 0]];

    /// <summary>A place whose answer is a class: white where the network does not decide.</summary>
    public static byte[] Of(int answer, double sureness)
    {
        double share = .15 + (.55 * sureness);
        return [.. Colours[answer % Colours.Length].Select(part => (byte)(255 + (share * (part - 255))))];
    }

    /// <summary>A point whose class is known.</summary>
    public static byte[] Dot(int label) => [.. Colours[label % Colours.Length].Select(part => (byte)(.75 * part))];
}
