using BioLearn.ML.Hosting;

namespace BioLearn.ML.Tests.Hosting;

public sealed class SafeFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("safe").FullName;

    private string Target => Path.Combine(_folder, "model.bin");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Write_replaces_the_file_and_leaves_nothing_beside_it(bool durable)
    {
        File.WriteAllText(Target, "a longer text that was there before");
        SafeFile.Write(Target, file => file.Write("new"u8), durable);
        Assert.Equal("new", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task Write_that_fails_leaves_the_old_file_and_nothing_beside_it()
    {
        File.WriteAllText(Target, "old");
        Assert.Throws<TimeoutException>(() => SafeFile.Write(Target, file =>
        {
            file.Write("half"u8);
            throw new TimeoutException();
        }));
        await Assert.ThrowsAsync<OperationCanceledException>(() => SafeFile.WriteAsync(Target, async file =>
        {
            await file.WriteAsync("half"u8.ToArray());
            throw new OperationCanceledException();
        }));
        await Assert.ThrowsAsync<InvalidDataException>(() => SafeFile.WriteAsync(Target, file => file.WriteAsync("whole"u8.ToArray()).AsTask(), beside =>
        {
            Assert.Equal("whole", File.ReadAllText(beside));
            throw new InvalidDataException();
        }));
        Assert.Equal("old", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFiles(_folder));
    }

    [Fact]
    public void Write_into_a_missing_folder_says_so_and_nothing_else()
        => Assert.Throws<DirectoryNotFoundException>(() => SafeFile.WriteText(Path.Combine(_folder, "none", "x.txt"), "x"));

    [Fact]
    public void ReadBinary_of_a_file_that_was_cut_off_names_file_and_byte()
    {
        SafeFile.WriteBinary(Target, writer => writer.Write((short)7));
        var error = Assert.Throws<InvalidDataException>(() => SafeFile.ReadBinary(Target, reader => reader.ReadInt64()));
        Assert.StartsWith($"{Target}, byte 2: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_that_its_process_does_not_outlive_leaves_nothing_behind()
    {
        ChildProcess.Run("safe-file", Target);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Set_that_its_process_does_not_wait_for_is_there_whole_and_a_later_file_is_not_begun()
    {
        ChildProcess.Run("safe-file-set", _folder);
        Assert.Equal(["first", "second"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    /// <summary>Runs in a process of its own: leaves it in the middle of a write.</summary>
    internal static void ExitInMidWrite(string path) => SafeFile.Write(path, file =>
    {
        file.Write("half"u8);
        file.Flush();
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!, "*.tmp"));
        Environment.Exit(0);
    });

    /// <summary>Runs in a process of its own: ends while another thread is between the two files of a set, and then would write a third.</summary>
    internal static void ExitInMidSet(string folder)
    {
        using ManualResetEventSlim begun = new();
        Thread writer = new(() =>
        {
            SafeFile.WriteSet(() =>
            {
                SafeFile.WriteText(Path.Combine(folder, "first"), "1");
                begun.Set();
                while (!Ended())
                    Thread.Yield();
                SafeFile.WriteText(Path.Combine(folder, "second"), "2");
            });
            _ = Record.Exception(() => SafeFile.WriteText(Path.Combine(folder, "third"), "3"));
        });
        writer.IsBackground = true;
        writer.Start();
        begun.Wait();
        Environment.Exit(0);

        // Only a thread without a set is refused.
        bool Ended()
        {
            Exception? refused = null;
            Thread other = new(() => refused = Record.Exception(() => SafeFile.WriteText(Path.Combine(folder, "x.txt"), "x")));
            using (ExecutionContext.SuppressFlow())
                other.Start();
            other.Join();
            File.Delete(Path.Combine(folder, "x.txt"));
            return refused is OperationCanceledException;
        }
    }
}
