namespace BioLearn.Studio.Tests.Hosting;

public class WorkLimitTests
{
    private static readonly StudioOptions OnePlace = new() { ParallelWork = 1 };

    [Fact]
    public async Task End_of_the_server_gives_up_what_runs_and_what_waits()
    {
        WorkLimit limit = new(OnePlace);
        TaskCompletionSource begun = new();
        var runs = limit.RunAsync(token =>
        {
            begun.SetResult();
            token.WaitHandle.WaitOne();
            token.ThrowIfCancellationRequested();
            return true;
        }, CancellationToken.None);
        await begun.Task;
        var waits = limit.RunAsync(_ => true, CancellationToken.None);
        limit.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => runs);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => limit.RunAsync(_ => true, CancellationToken.None));
        Assert.Equal(1, limit.Begun);
    }

    [Fact]
    public async Task Work_that_meets_what_the_server_took_along_was_given_up()
    {
        WorkLimit limit = new(OnePlace);
        var work = limit.RunAsync<bool>(_ =>
        {
            limit.Dispose();
            throw new ObjectDisposedException("a network");
        }, CancellationToken.None);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
        Assert.True(work.IsCanceled, "the page of a tab calls anything else an error");
    }

    [Fact]
    public async Task Work_that_fails_says_why_and_leaves_its_place()
    {
        using WorkLimit limit = new(OnePlace);
        await Assert.ThrowsAsync<InvalidDataException>(() => limit.RunAsync<bool>(_ => throw new InvalidDataException(), CancellationToken.None));
        Assert.True(await limit.RunAsync(_ => true, CancellationToken.None));
    }
}
