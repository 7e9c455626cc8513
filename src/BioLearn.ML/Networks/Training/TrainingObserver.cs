using System.Numerics;

namespace BioLearn.ML.Networks;

/// <summary>Watches the training of a network; derive from it to log anything. Give it to <see cref="NetworkOptions.Diagnostics"/>, or attach it to a trainer of your own.</summary>
public abstract class TrainingObserver
{
    /// <summary>Begins to watch: subscribe to <see cref="NetworkTrainer{T}.StepEnded"/> and <see cref="NetworkTrainer{T}.EpochEnded"/>.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="trainer">The training, before its first step.</param>
    /// <param name="rows">The rows that it will learn from.</param>
    /// <returns>What to dispose when the training ends; null for nothing.</returns>
    public abstract IDisposable? Attach<T>(NetworkTrainer<T> trainer, Samples<T> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Checks the options of the observer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is out of range.</exception>
    public virtual void Validate()
    {
    }
}
