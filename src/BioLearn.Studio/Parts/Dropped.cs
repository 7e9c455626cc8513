using Microsoft.AspNetCore.Components.Forms;

namespace BioLearn.Studio.Parts;

/// <summary>Reads what was dropped, no more of it than is allowed.</summary>
internal static class Dropped
{
    /// <summary>The bytes of a file.</summary>
    /// <exception cref="IOException">It is empty or larger than allowed, or the connection ended before it did.</exception>
    public static async Task<byte[]> ReadAsync(IBrowserFile file, StudioOptions options, CancellationToken cancellation)
    {
        if (file.Size > options.MaximumUploadBytes)
            throw new IOException($"{file.Name}: {file.Size / 1e6:N1} MB are more than the {options.MaximumUploadBytes / 1e6:N0} MB that may be dropped here");
        if (file.Size == 0)
            throw new IOException($"{file.Name}: the file is empty");
        byte[] bytes = new byte[file.Size];
        await using var stream = file.OpenReadStream(options.MaximumUploadBytes, cancellation);
        await stream.ReadExactlyAsync(bytes, cancellation);
        return bytes;
    }
}
