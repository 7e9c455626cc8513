using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Tests.Threading;

/// <summary>Alone, because other tests' work would take the helpers.</summary>
[CollectionDefinition("Worker team", DisableParallelization = true)]
[Collection("Worker team")]
public class WorkerTeamTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Several_threads_work_at_once(int threads) => Assert.Equal(threads, Meet(threads));

    [Fact]
    public void Calls_of_many_threads_at_once_never_have_more_threads_at_work_than_the_team()
    {
        var job = new Watched { Workers = new int[2] };
        Thread[] callers = [.. Enumerable.Range(0, 3).Select(_ => new Thread(() =>
        {
            for (int round = 0; round < 50; round++)
            {
                Watched own = job;
                Partitioner.For(40, 1, 16, ref own);
            }
        }))];
        foreach (Thread caller in callers)
            caller.Start();
        foreach (Thread caller in callers)
            caller.Join();
        Assert.Equal(0, job.Workers[0]);
        Assert.InRange(job.Workers[1], 1, WorkerTeam.Size);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    public void Pieces_may_split_their_own_work_and_every_row_is_visited_once(int threads)
    {
        var visits = new int[30 * 40];
        var job = new Outer { Visits = visits, Threads = threads };
        for (int round = 0; round < 20; round++)
            Partitioner.For(30, 1, threads, ref job);
        Assert.All(visits, x => Assert.Equal(20, x));
    }

    [Fact]
    public void Helper_that_fell_asleep_comes_again_and_failures_do_not_stop_it()
    {
        for (int round = 0; round < 30; round++)
        {
            if (round % 10 == 0)
                Thread.Sleep(3);
            var bad = default(Fail);
            Assert.Throws<InvalidOperationException>(() => Partitioner.For(8, 1, 4, ref bad));
            Assert.Equal(3, Meet(3));
        }
    }

    [Fact]
    public void Long_piece_of_a_helper_is_waited_for_asleep_and_its_result_is_there()
    {
        var done = new int[4];
        var job = new Slow { Done = done, Caller = Environment.CurrentManagedThreadId };
        Partitioner.For(4, 1, 4, ref job);
        Assert.All(done, x => Assert.Equal(1, x));
    }

    [Fact]
    public void Helpers_sleep_after_a_moment_without_work_and_end_when_none_comes()
    {
        Assert.Equal(2, Meet(2));
        Assert.InRange(WorkerTeam.LivingThreads, 1, WorkerTeam.Size - 1);
        Assert.True(SpinWait.SpinUntil(() => !WorkerTeam.IsAwake, TimeSpan.FromSeconds(20)), "a helper waits awake without work");
        Assert.True(SpinWait.SpinUntil(() => WorkerTeam.LivingThreads == 0, TimeSpan.FromSeconds(60)), "a helper that nobody asks lives on");
        Assert.Equal(2, Meet(2));
    }

    [Fact]
    public void Kept_calls_allocate_nothing()
    {
        var job = new Empty();
        Partitioner.For(64, 1, 4, ref job);
        Assert.Equal(0, Allocations.Of(() => Partitioner.For(64, 1, 4, ref job)));
    }

    /// <summary>How many of as many pieces as threads were at work at the same time: each waits until all have begun.</summary>
    private static int Meet(int threads)
    {
        var job = new Meeting { Arrived = new CountdownEvent(threads), Met = new int[1] };
        Partitioner.For(threads, 1, threads, ref job);
        return job.Met[0];
    }

    private struct Meeting : IRangeJob
    {
        public CountdownEvent Arrived;
        public int[] Met;

        public readonly void Invoke(int piece, int begin, int end)
        {
            Arrived.Signal();
            if (Arrived.Wait(TimeSpan.FromSeconds(20)))
                Interlocked.Increment(ref Met[0]);
        }
    }

    private struct Watched : IRangeJob
    {
        public int[] Workers;

        public readonly void Invoke(int piece, int begin, int end)
        {
            int now = Interlocked.Increment(ref Workers[0]);
            for (int seen = Workers[1]; now > seen; seen = Workers[1])
                Interlocked.CompareExchange(ref Workers[1], now, seen);
            Thread.SpinWait(20);
            Interlocked.Decrement(ref Workers[0]);
        }
    }

    private struct Outer : IRangeJob
    {
        public int[] Visits;
        public int Threads;

        public readonly void Invoke(int piece, int begin, int end)
        {
            var inner = new Inner { Visits = Visits, First = begin * 40 };
            Partitioner.For(40, 3, Threads, ref inner);
        }
    }

    private struct Inner : IRangeJob
    {
        public int[] Visits;
        public int First;

        public readonly void Invoke(int piece, int begin, int end)
        {
            for (int i = begin; i < end; i++)
                Interlocked.Increment(ref Visits[First + i]);
        }
    }

    private struct Slow : IRangeJob
    {
        public int[] Done;
        public int Caller;

        public readonly void Invoke(int piece, int begin, int end)
        {
            if (Environment.CurrentManagedThreadId != Caller)
                Thread.Sleep(5);
            Done[begin]++;
        }
    }

    private struct Empty : IRangeJob
    {
        public readonly void Invoke(int piece, int begin, int end)
        {
        }
    }

    private struct Fail : IRangeJob
    {
        public readonly void Invoke(int piece, int begin, int end) => throw new InvalidOperationException("a piece");
    }
}
