using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Plasticity.Neuromodulation;

/// <summary>Which value estimate serves as baseline of the policy gradient.</summary>
public enum Baseline
{
    /// <summary>Each episode's own.</summary>
    Own,

    /// <summary>That of the batch's first episode for all, as the published program has it.</summary>
    FirstEpisodeAsCoded,
}

/// <summary>Weights of the terms of <see cref="ActorCritic{T}"/>'s loss.</summary>
public sealed record ActorCriticOptions
{
    /// <summary>Discount γ of future reward.</summary>
    public double Discount { get; init; } = .9;

    /// <summary>Weight of Σ p², which keeps the policy from becoming certain.</summary>
    public double CertaintyPenalty { get; init; } = .03;

    /// <summary>Weight of the value estimate's squared error.</summary>
    public double ValueLoss { get; init; } = .1;

    /// <summary>Which value estimate is the baseline.</summary>
    public Baseline Baseline { get; init; } = Baseline.Own;
}

/// <summary>
/// Policy and value read out of a recurrent state, and the advantage actor-critic loss of a batch of B episodes of E steps:
/// <code>
/// R(t) = r(t) + γ R(t+1)
/// L = 1/(E B) Σ_t Σ_b [ c Σ p² - log p(a) (R - v) + k (R - v)² ]       (R - v) is a constant in the policy term
/// </code>
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="neurons">Neurons of the network that it reads.</param>
/// <param name="actions">Actions.</param>
/// <param name="options">Weights of the loss's terms.</param>
public sealed class ActorCritic<T>(int neurons, int actions, ActorCriticOptions options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Projection<T> _policy = new("h2o", actions, neurons);
    private readonly Projection<T> _value = new("h2v", 1, neurons);

    /// <summary>Weights and biases of both heads.</summary>
    public IReadOnlyList<ParameterTensor<T>> Parameters => [_policy.Weights, _policy.Bias, _value.Weights, _value.Bias];

    /// <summary>Writes the actions' logits; returns the value estimate.</summary>
    /// <param name="state">y(t), [N] or longer.</param>
    /// <param name="logits">Of the actions, [actions]; softmax makes the policy of them.</param>
    public T Evaluate(ReadOnlySpan<T> state, Span<T> logits)
    {
        _policy.Forward(state, logits);
        Span<T> value = stackalloc T[1];
        _value.Forward(state, value);
        return value[0];
    }

    /// <summary>The loss; adds the heads' gradients and dL/dy of every episode and step.</summary>
    /// <param name="episodes">B episodes that have run.</param>
    /// <param name="chosen">Actions [E, B].</param>
    /// <param name="rewards">Rewards [E, B].</param>
    public T Backward(ReadOnlySpan<ModulatedEpisode<T>> episodes, ReadOnlySpan<int> chosen, ReadOnlySpan<T> rewards)
    {
        int batch = episodes.Length, steps = episodes[0].Steps;
        T discount = T.CreateChecked(options.Discount), certainty = T.CreateChecked(options.CertaintyPenalty), valueLoss = T.CreateChecked(options.ValueLoss);
        T share = T.One / (T.CreateChecked(batch) * T.CreateChecked(steps));
        T loss = T.Zero;
        Span<T> returns = stackalloc T[batch];
        Span<T> probabilities = stackalloc T[actions];
        Span<T> errors = stackalloc T[actions];
        Span<T> values = stackalloc T[batch];
        returns.Clear();
        for (int step = steps; step >= 1; step--)
        {
            for (int b = 0; b < batch; b++)
                values[b] = Evaluate(episodes[b].State(step), probabilities);
            for (int b = 0; b < batch; b++)
            {
                int action = chosen[(step - 1) * batch + b];
                int critic = options.Baseline == Baseline.Own ? b : 0;
                returns[b] = rewards[(step - 1) * batch + b] + discount * returns[b];
                T advantage = returns[b] - values[critic];
                _policy.Forward(episodes[b].State(step), probabilities);
                TensorPrimitives.SoftMax(probabilities, probabilities);
                T concentration = TensorPrimitives.SumOfSquares<T>(probabilities);
                for (int k = 0; k < actions; k++)
                {
                    T certaintySlope = (certainty + certainty) * probabilities[k] * (probabilities[k] - concentration);
                    T policySlope = advantage * (probabilities[k] - (k == action ? T.One : T.Zero));
                    errors[k] = share * (certaintySlope + policySlope);
                }

                loss += share * (certainty * concentration - T.Log(probabilities[action]) * advantage + valueLoss * advantage * advantage);
                _policy.Backward(episodes[b].State(step), errors, episodes[b].StateGradient(step));
                T valueError = -share * (valueLoss + valueLoss) * advantage;
                _value.Backward(episodes[critic].State(step), [valueError], episodes[critic].StateGradient(step));
            }
        }

        return loss;
    }
}
