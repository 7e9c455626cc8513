using System.Security.Cryptography;

namespace BioLearn.Experiments;

/// <summary>
/// The name of a result file: identity, the beginning of the SHA-256 of the bytes, and their number. So a listing of the folder tells what is done and
/// how it ended, and the file itself whether its bytes are those that were written.
/// </summary>
/// <param name="Identity">The trial's identity.</param>
/// <param name="Checksum">16 hexadecimal digits.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Outcome">How the trial ended.</param>
internal sealed record ResultName(string Identity, string Checksum, long Length, TrialOutcome Outcome)
{
    private const string Extension = ".jsonl";
    private const string Diverged = "diverged";

    public static ResultName Of(TrialRecord record, byte[] bytes) => new(record.Identity, Sum(bytes), bytes.Length, record.Outcome);

    public static string Sum(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8));

    /// <summary>What a file's name says, or null where it is another file's.</summary>
    public static ResultName? Parse(ReadOnlySpan<char> name)
    {
        if (!name.EndsWith(Extension, StringComparison.Ordinal) || name.Length < 36 || name[16] != '-' || name[33] != '-')
            return null;
        ReadOnlySpan<char> rest = name[34..^Extension.Length];
        int mark = rest.IndexOf('-');
        TrialOutcome outcome = mark >= 0 && rest[(mark + 1)..].SequenceEqual(Diverged) ? TrialOutcome.Diverged : TrialOutcome.Finished;
        if (mark >= 0 && outcome != TrialOutcome.Diverged)
            return null;
        return long.TryParse(mark < 0 ? rest : rest[..mark], out long length) ? new(name[..16].ToString(), name[17..33].ToString(), length, outcome) : null;
    }

    public override string ToString() => $"{Identity}-{Checksum}-{Length}{(Outcome == TrialOutcome.Diverged ? $"-{Diverged}" : "")}{Extension}";
}
