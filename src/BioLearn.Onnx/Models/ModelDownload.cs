using System.Net.Http.Headers;
using System.Security.Cryptography;
using BioLearn.ML.Hosting;

namespace BioLearn.Onnx.Models;

/// <summary>A model that could not be fetched.</summary>
public sealed class ModelDownloadException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Fetches a model file over HTTP. Nothing is kept unless its SHA-256 is the one expected.</summary>
public sealed class ModelDownload(HttpClient client)
{
    private const int BufferSize = 1 << 16;

    /// <summary>Largest file accepted, in bytes. Default: 2 GB, which is what a model file can have.</summary>
    public long MaxBytes { get; init; } = int.MaxValue;

    /// <summary>How far a download is.</summary>
    /// <param name="BytesReceived">Bytes received.</param>
    /// <param name="BytesTotal">Bytes of the whole, or null if the server does not say.</param>
    public readonly record struct Progress(long BytesReceived, long? BytesTotal);

    /// <summary>Downloads a model into a folder, under a name by which it can then be asked for.</summary>
    /// <param name="url">Address, http or https.</param>
    /// <param name="sha256">SHA-256 of the file, 64 hexadecimal digits.</param>
    /// <param name="folder">Folder to put it in, made if absent; normally <see cref="ModelCatalog.UserFolder"/>.</param>
    /// <param name="name">File name without extension, or null to take it from the address.</param>
    /// <param name="progress">Told after each piece, or null.</param>
    /// <param name="cancellationToken">Stops the download and removes what was received.</param>
    /// <returns>Path of the model file.</returns>
    /// <exception cref="ModelDownloadException">The server refuses, the file is too large, or its checksum is another.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public async Task<string> PullAsync(Uri url, string sha256, string folder, string? name = null, IProgress<Progress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(sha256);
        if (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https")) throw new ArgumentException($"\"{url}\" is not an http or https address", nameof(url));
        if (sha256.Length != 64 || !sha256.All(char.IsAsciiHexDigit)) throw new ArgumentException("must be 64 hexadecimal digits", nameof(sha256));
        string target = Path.Combine(folder, FileName(url, name));
        Directory.CreateDirectory(folder);
        await SafeFile.WriteAsync(target, async file =>
        {
            string actual = await ReceiveAsync(url, file, progress, cancellationToken).ConfigureAwait(false);
            if (!actual.Equals(sha256, StringComparison.OrdinalIgnoreCase)) throw new ModelDownloadException($"{url} has the SHA-256 {actual}, not {sha256}: the file was changed or damaged, and is not kept");
        }).ConfigureAwait(false);
        return target;
    }

    /// <summary>Receives any file, whose checksum the caller compares.</summary>
    /// <param name="url">Address, http or https.</param>
    /// <param name="destination">What is received.</param>
    /// <param name="progress">Told after each piece, or null.</param>
    /// <param name="cancellationToken">Stops the download.</param>
    /// <returns>SHA-256 of the bytes received, 64 hexadecimal digits.</returns>
    /// <exception cref="ModelDownloadException">The server refuses or breaks off, or the file is larger than <see cref="MaxBytes"/>.</exception>
    public async Task<string> ReceiveAsync(Uri url, Stream destination, IProgress<Progress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(destination);
        try
        {
            using HttpResponseMessage response = await client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode) throw new ModelDownloadException($"{url}: the server answers {(int)response.StatusCode} {response.ReasonPhrase}");
            HttpContentHeaders headers = response.Content.Headers;
            if (headers.ContentLength > MaxBytes) throw new ModelDownloadException($"{url} has {headers.ContentLength} bytes; {MaxBytes} are accepted");
            using Stream source = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[BufferSize];
            long received = 0;
            while (await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
            {
                received += count;
                if (received > MaxBytes) throw new ModelDownloadException($"{url} sends more than the {MaxBytes} bytes accepted");
                hash.AppendData(buffer, 0, count);
                await destination.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                progress?.Report(new(received, headers.ContentLength));
            }
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        catch (HttpRequestException e)
        {
            throw new ModelDownloadException($"{url} cannot be reached: {e.Message}", e);
        }
        catch (HttpIOException e)
        {
            throw new ModelDownloadException($"{url} broke off: {e.Message}", e);
        }
    }

    private static string FileName(Uri url, string? name)
    {
        string chosen = name ?? Path.GetFileNameWithoutExtension(Uri.UnescapeDataString(url.AbsolutePath));
        bool usable = chosen.Length is > 0 and <= 100 && chosen.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && !chosen.StartsWith('.');
        return usable ? chosen + ".onnx" : throw new ArgumentException($"\"{chosen}\" cannot name a file: give a name of letters, digits, - and _", nameof(name));
    }
}
